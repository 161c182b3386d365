/*
 * Arrays: how many elements a fixed one has. Knows nothing of what they hold.
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

/* Elements of an array whose size the compiler knows; wrong for a pointer. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
