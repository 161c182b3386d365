/*
 * Dates, ages and postal codes. The last table holds suspects: they look like personal data, are
 * shown in a review and never replaced.
 */
#include "base/array.h"
#include "job/redact/redact_rows.h"

#define MONTH \
	"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|" \
	"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?"
#define YEAR "(?:19|20)" D "{2}"
#define DAY D "{1,2}(?:st|nd|rd|th)?"
#define NUMERIC_DATE \
	"(?<![\\w./-])(?:" D "{1,2}([./-])" D "{1,2}\\g{1}(?:" YEAR "|" D "{2})|" YEAR "([./-])" D \
	"{1,2}\\g{2}" D "{1,2}(?:[T ]" D "{2}:" D "{2}(?::" D "{2})?)?)(?![\\w]|[./-]" D ")"
#define WORDY_DATE \
	"(?<![\\w])(?:" DAY "(?:\\sof)?[ -]" MONTH ",?[ -]" YEAR "|" MONTH "\\s" DAY ",?\\s" YEAR \
	")(?!\\w)"
#define BIRTH \
	"\\bborn\\b|\\bbirth|\\bd\\.?\\s?o\\.?\\s?b\\b|\\bbday\\b|\\bb-day\\b|\\bgeburts|" \
	"\\bnaissance\\b|\\bnacimiento\\b"
#define BIRTH_LABEL \
	"\\b(?:born|date of birth|birth\\s?dat(?:e|es)|birthday|bday|d\\.?o\\.?b\\.?)" \
	"(?:\\s(?:is|was|on|in|the|year|of)\\b|[\\s:=-]){0,6}"
#define STATES "(?-i:" STATE_CODES "|PR)"

static const struct redact_row date_rows[] = {
	ROW(REDACT_BIRTHDATE, "date of birth", NUMERIC_DATE, 20, .check = redact_check_date,
	    .near = BIRTH, .bonus = 70),
	ROW(REDACT_BIRTHDATE, "date of birth", WORDY_DATE, 20, .near = BIRTH, .bonus = 70),
	ROW(REDACT_BIRTHDATE, "date of birth",
	    BIRTH_LABEL "(?<v>" DAY "(?:\\sof)?[ -]" MONTH "(?![\\w])|" MONTH "\\s" DAY
			"(?![\\w])|" YEAR "(?![\\w])|" D "{1,2}[./-]" D "{1,2}(?:[./-]" D
			"{2,4})?(?![\\w])|" D "{6}(?![\\w])|" D "{8}(?![\\w]))",
	    75),
	ROW(REDACT_DATE, "date", NUMERIC_DATE, 55, .check = redact_check_date),
	ROW(REDACT_DATE, "date", WORDY_DATE, 55),
	ROW(REDACT_DATE, "expiry of a card",
	    "\\b(?:exp(?:iry|ires|iration|\\.)?(?:\\sdate)?|valid (?:thru|through|"
	    "until))\\W{0,3}(?:is\\s)?"
	    "(?<v>(?:0?[1-9]|1[0-2])\\s?[/-]\\s?(?:20)?" D "{2})(?![\\w/])",
	    60),

	ROW(REDACT_AGE, "age", "(?<![\\w.])(?<v>" D "{1,3})[ -]?(?:years?|yrs?)[ -]olds?\\b", 45,
	    .check = redact_check_age,
	    .near = "\\b(?:i am|i'm|im|am|he|she|he's|she's|son|daughter|mother|father|husband|"
		    "wife|male|female|man|woman|boy|girl|patient|child|person|customer|people)\\b",
	    .bonus = 25,
	    .against = "\\b(?:account|card|phone|app|company|business|car|house|laptop|product)\\b",
	    .malus = 40),
	ROW(REDACT_AGE, "age", "(?<![\\w.])(?<v>" D "{1,3})\\s?(?:y\\/o\\b|y\\.o\\.|yo\\b)", 60,
	    .check = redact_check_age),
	ROW(REDACT_AGE, "age",
	    "\\b(?:aged?|age of|age is|age:)\\s(?<v>" D "{1,3})(?!\\w|[.,]" D "|%|\\s?days)", 60,
	    .check = redact_check_age),
	ROW(REDACT_AGE, "age",
	    "\\bi(?:'ll|\\swill|\\x{2019}ll|'m|\\sam|\\x{2019}m|\\sjust|'ve just)?\\s(?:turn"
	    "(?:ed|ing)?|turn)\\s(?<v>" D "{1,3})(?!\\w|[.,]" D "|%)",
	    60, .check = redact_check_age),

	ROW(REDACT_ZIP, "postal code",
	    "\\b(?:zip(?:\\s?code)?|post(?:al)?\\s?code|plz|pin\\s?code|cap|c\\.?p\\.?)"
	    "(?:\\sis\\b|[\\s:=#])"
	    "{1,4}(?<v>" D "{3,6}(?:-" D "{3,4})?|[A-Z]{1,2}" D "[A-Z0-9]?\\s?" D "[A-Z]{2}|[A-Z]" D
	    "[A-Z]\\s?" D "[A-Z]" D ")(?![\\w])",
	    70),
	ROW(REDACT_ZIP, "state and postal code",
	    "(?<![\\w])" STATES "\\.?,?\\s{1,2}" D "{5}(?:-" D "{4})?(?![\\w])", 70),
	ROW(REDACT_ZIP, "postal code (UK)",
	    "(?<![\\w])(?-i:[A-Z]{1,2}[0-9][A-Z0-9]?\\s[0-9][ABD-HJLNP-UW-Z]{2})(?![\\w])", 65),
	ROW(REDACT_ZIP, "postal code (Canada)",
	    "(?<![\\w])(?-i:[ABCEGHJ-NPRSTVXY][0-9][A-Z]\\s[0-9][A-Z][0-9])(?![\\w])", 65),
};

static const struct redact_row suspect_rows[] = {
	ROW(REDACT_SUSPECT, "at sign", "(?<!\\S)\\S{0,64}@\\S{1,64}", 30),
	ROW(REDACT_SUSPECT, "long number",
	    "(?<![\\w$\\x{A3}\\x{20AC}])[A-Z]{0,4}\\d(?:[ .\\/\\x{A0}-]?\\d){5,30}(?!\\w)", 30),
	ROW(REDACT_SUSPECT, "letters and digits",
	    "(?<![\\w])(?=[A-Z_-]{0,40}\\d)[A-Z0-9_-]{10,80}(?![\\w])", 30,
	    .check = redact_check_token),
};

const struct redact_table redact_dates = { date_rows, COUNT_OF(date_rows) };
const struct redact_table redact_suspects = { suspect_rows, COUNT_OF(suspect_rows) };
