/*
 * Lists of a struct's members (*.def): one line for each, MEMBER(TYPE, name, more). The struct, its
 * message on the wire, its row in the store and its place in a cache are all made from that list:
 * a new member is one line.
 *
 * `more` is the size of CHARS, the enum of NAME (x_names are the texts of `enum x`), the member
 * with the length of BYTES and NUMBERS, and 0 elsewhere.
 */
#ifndef BASE_MEMBER_H
#define BASE_MEMBER_H

/* clang-format off */

/* The declaration of a member. Includes of *.def within a struct use it as MEMBER. */
#define MEMBER_DECLARE(type, name, more) MEMBER_DECLARE_##type(name, more)

#define MEMBER_DECLARE_I64(name, more) int64_t name;
#define MEMBER_DECLARE_INT(name, more) int name;
#define MEMBER_DECLARE_SIZE(name, more) size_t name;
#define MEMBER_DECLARE_BOOL(name, more) bool name;
#define MEMBER_DECLARE_REAL(name, more) double name;
#define MEMBER_DECLARE_OUTCOME(name, more) enum outcome name;
#define MEMBER_DECLARE_NAME(name, kind) enum kind name; /* goes by its text (base/names.h) */
#define MEMBER_DECLARE_CHARS(name, size) char name[size];
#define MEMBER_DECLARE_WORD(name, more) const char *name; /* never private */
#define MEMBER_DECLARE_TEXT(name, more) const char *name; /* may be private */
#define MEMBER_DECLARE_BYTES(name, len) const char *name; size_t len;
#define MEMBER_DECLARE_NUMBERS(name, len) double *name; size_t len;
#define MEMBER_DECLARE_UNSTORED_NUMBERS(name, len) double *name; size_t len;

#endif
