/*
 * Texts that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so.
 * Decides what such a text begins with, and how the text comes back from a file to label.
 */
#ifndef JOB_TABLE_FORMULA_H
#define JOB_TABLE_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

/* The column of a file to label that lists the labels. A file with it has guarded texts. */
#define FORMULA_GUARDED_COLUMN "allowed_labels"

/*
 * Whether it begins with a tab or a line break, or, after blanks, with = + - @ or a variant of one
 * of these characters.
 */
bool formula_begins(const char *text, size_t n_bytes);

/*
 * Whether the text needs an apostrophe in a file that is read back: if it is a formula, or a
 * formula behind apostrophes, so that each text comes back as it was.
 */
bool formula_needs_guard(const char *text, size_t n_bytes);

/* 1 if the first byte of such a file's cell is an apostrophe that was added, else 0. */
size_t formula_guard_bytes(const char *cell, size_t n_bytes);

#endif
