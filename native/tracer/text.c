#include "text.h"

/* The compiler calls these of its own accord. */
void *memcpy(void *to, const void *from, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, u64 size) {
  if (to < from) return memcpy(to, from, size);
  for (u64 i = size; i > 0; i--) ((u8 *)to)[i - 1] = ((const u8 *)from)[i - 1];
  return to;
}

void *memset(void *to, int value, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}

u64 lengthOf(const char *text) {
  u64 length = 0;
  while (text[length] != 0) length++;
  return length;
}

int startsWith(const char *text, const char *start) {
  for (; *start != 0; text++, start++) {
    if (*text != *start) return 0;
  }
  return 1;
}

int isSame(const char *a, const char *b) {
  return startsWith(a, b) && lengthOf(a) == lengthOf(b);
}

char *join(char *to, u64 size, const char *first, const char *second) {
  u64 length = 0;
  for (; *first != 0 && length + 1 < size; first++) to[length++] = *first;
  for (; *second != 0 && length + 1 < size; second++) to[length++] = *second;
  to[length] = 0;
  return to;
}

u64 numberOf(const char *text) {
  if (*text < '0' || *text > '9') return UNKNOWN;
  u64 number = 0;
  for (; *text >= '0' && *text <= '9'; text++) number = number * 10 + (u64)(*text - '0');
  return number;
}

char *digitsOf(char *to, u64 number) {
  char reversed[20];
  int count = 0;
  do {
    reversed[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  for (int i = 0; i < count; i++) to[i] = reversed[count - 1 - i];
  to[count] = 0;
  return to;
}

u64 valueOf(const char *lines, const char *name) {
  u64 length = lengthOf(name);
  while (*lines != 0) {
    if (startsWith(lines, name) && lines[length] == ' ') return numberOf(lines + length + 1);
    while (*lines != 0 && *lines != '\n') lines++;
    if (*lines == '\n') lines++;
  }
  return UNKNOWN;
}
