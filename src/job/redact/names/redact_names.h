/*
 * Checks of names, companies, streets and places: where one begins and ends among other words, and
 * whether the words can be one. Decides by word lists and capitals. For redact_people.c.
 */
#ifndef JOB_REDACT_NAMES_REDACT_NAMES_H
#define JOB_REDACT_NAMES_REDACT_NAMES_H

#include "job/redact/redact_rows.h"

/* After "my name is": any word that is not an ordinary one. */
bool redact_check_name(struct redact_match *match);

/* After "I am": a listed name, or two words with capitals. One other such word is suspected. */
bool redact_check_name_weak(struct redact_match *match);

/* Among words with capitals: the first listed name, with the words that follow it. */
bool redact_check_name_listed(struct redact_match *match);

/* "The company Acme Trucking Inc.": from the first word that is not an ordinary one. */
bool redact_check_org(struct redact_match *match);

/* "My company Acme": the first word is not an ordinary one. */
bool redact_check_org_named(struct redact_match *match);

/* After "I live in": a country or state, or words that are not ordinary ones. */
bool redact_check_place(struct redact_match *match);
bool redact_check_city_state(struct redact_match *match);

/*
 * "12 Main Street": the words between number and street. If the word for the street is also an
 * ordinary word ("way", "close"), a capital must show that it is a name.
 */
bool redact_check_street(struct redact_match *match);

/* Words with capitals, none of them an ordinary one. */
bool redact_check_pair(struct redact_match *match);

#endif
