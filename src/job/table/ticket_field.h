/*
 * The fields of a ticket. The columns of a table and the members of a JSON object that are none of
 * them are ignored.
 */
#ifndef JOB_TABLE_TICKET_FIELD_H
#define JOB_TABLE_TICKET_FIELD_H

enum ticket_field {
	FIELD_ID,
	FIELD_TEXT,
	FIELD_LABEL,
	FIELD_LANG,
	FIELD_GROUP,
	FIELD_IMAGE,
	FIELD_COUNT
};
extern const char *const ticket_field_names[FIELD_COUNT];

/* id, lang and group: short names rather than texts. */
enum { TICKET_N_NAMES = 3 };
extern const enum ticket_field ticket_name_fields[TICKET_N_NAMES];

#endif
