/*
 * Every stored field of a run, by its column's name, with the reason if it is empty. A column that
 * is added to a row is shown without a change here.
 */
#ifndef REPORT_RESULT_FIELDS_TEXT_H
#define REPORT_RESULT_FIELDS_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "store/fields.h"

/*
 * What a value means: why it is empty, or what 0 or -1 stand for. NULL if it needs no explanation.
 * `value` is its text.
 */
const char *field_meaning(const char *table, const char *column, const char *value);

void fields_write_text(struct arena *a, const struct stored_row *rows, size_t n, FILE *out);

/* [{"table":…,"row":…,"hash":…,"fields":{…},"meanings":{…}},…]; a new reference. */
json_t *fields_to_json(struct arena *a, const struct stored_row *rows, size_t n);

#endif
