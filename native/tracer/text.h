/* Strings and numbers. */
#ifndef REEF_TEXT_H
#define REEF_TEXT_H
#include "system.h"

/* What is not known, in every field of a record. */
#define UNKNOWN (~0ul)

void *memcpy(void *to, const void *from, u64 size);
void *memmove(void *to, const void *from, u64 size);
u64 lengthOf(const char *text);
int isSame(const char *a, const char *b);
int startsWith(const char *text, const char *start);
/* Writes `first` + `second` (cut to `size`) and returns `to`. */
char *join(char *to, u64 size, const char *first, const char *second);
/* The decimal number that a text starts with; UNKNOWN without one. */
u64 numberOf(const char *text);
/* Writes a number in decimal digits and an end mark; `to` holds 21 bytes. */
char *digitsOf(char *to, u64 number);
/* In lines of "name number": the number of a name; UNKNOWN when there is none. */
u64 valueOf(const char *lines, const char *name);

#endif
