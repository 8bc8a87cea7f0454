/** Style sheets are imported for their effect: the bundler gathers them beside the script. */
declare module '*.css';
