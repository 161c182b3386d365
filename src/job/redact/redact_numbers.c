/*
 * Numbers that show by their own shape: cards, IBAN, telephone, social security and other national
 * numbers. The words around them raise or lower the score.
 */
#include "base/array.h"
#include "job/redact/redact_rows.h"

#define CARD_WORDS \
	"\\b(?:cards?|cc|visa|mastercard|master\\s?card|amex|american express|discover|" \
	"maestro|debit|credit|pan|karten?|kreditkarten?|carte|tarjeta|carta|kaart)\\b"
#define OTHER_NUMBER \
	"\\b(?:order|invoice|tracking|parcel|shipment|reference|ref|imei|serial|version|" \
	"isbn|ean)\\b"

/* A telephone is near: before the number, or just after it ("655 437 108 office"). */
#define PHONE_WORDS \
	"\\b(?:tele)?phones?\\b|\\btelefon\\w{0,6}\\b|\\b(?:handy|movil|m\\x{F3}vil|portable|" \
	"cellulare|tel|mobile|mob|cell|cellphone|fax|landline|handset|desk|office|extension|" \
	"whatsapp|telegram|signal|sms|hotline|pager|contact|ph|gsm|fon)\\b|" \
	"\\b[ptmf][.:]{1,2}\\s?$|" \
	"\\b(?:call(?:s|ed|ing)?|ring|reach|text|dial)\\b|\\bnumber is\\b|\\b(?:my|new) number\\b"
#define PHONE_AGAINST \
	"\\b(?:cards?|cc|account|acct?|order|invoice|tracking|ref(?:erence)?|transaction|" \
	"ticket|iban|" \
	"routing|aba|ssn|social|passport|licen[cs]e|pin|policy|imei|serial|version|isbn|amount|" \
	"balance|limit|case|claim|member(?:ship)?|customer|nhs|mrn|national|vat|tax|" \
	"employee|patient|student|user|check|cheque)\\W{0,3}(?:numbers?|no|nr|id|" \
	"is|in|#|:|of|code|\\s){0,5}\\W{0,3}$"
#define EXT "(?:[ ,]{0,2}(?:x|ext\\.?|extension|durchwahl)[ .:#]{0,2}" D "{1,6})?"
/* Not before a telephone number: a word, a currency, a decimal point, a plus that belongs to it. */
#define PHONE_START "(?<![\\w$\\x{A3}\\x{20AC}+])(?<!\\w-)(?<!" D "[.,])(?<![$\\x{A3}\\x{20AC}] )"
#define PHONE_END "(?![\\w]|[.,:/-]" D ")"

static const struct redact_row rows[] = {
	/* 4-4-4-4, and the 4-6-5 of American Express. */
	{ REDACT_CARD, "card number",
	  "(?<![\\w])(?<!" D "[.-])(?:" D "{4}(" SEP ")" D "{4}\\g{1}" D "{4}\\g{1}" D
	  "{1,4}(?:" SEP D "{1,3})?|3" D "{3}" SEP D "{6}" SEP D "{4,5})" NUM_END,
	  45, redact_check_card, CARD_WORDS, 45, OTHER_NUMBER, 20 },
	{ REDACT_CARD, "card number", "(?<![\\w])(?<!" D "[.,-])" D "{12,19}" NUM_END, 25,
	  redact_check_card, CARD_WORDS, 45, OTHER_NUMBER, 40 },
	/* In whatever groups, where a card is spoken of. */
	{ REDACT_CARD, "card number",
	  "(?<![\\w+])(?<!" D "[.,-])" D "(?:" SEP "?" D "){11,20}" NUM_END, 10,
	  redact_check_card_labelled, CARD_WORDS, 45, OTHER_NUMBER, 30 },
	{ REDACT_CARD, "end of a card number",
	  "\\b(?:card|visa|mastercard|amex)\\s(?:numbers?\\s)?(?:that\\s)?(?:ending|"
	  "ends)\\s?(?:in|with)?\\W{0,3}(?<v>" D "{4})" NUM_END,
	  70, NULL, NULL, 0, NULL, 0 },
	{ REDACT_CARD, "end of a card number",
	  "(?<![\\w*\\x{2022}])(?:[x*\\x{2022}#]{3,6}[ -]?){1,4}" D "{3,4}" NUM_END, 60, NULL, NULL,
	  0, NULL, 0 },
	{ REDACT_CARD, "part of a card number",
	  "(?<![\\w])" D
	  "{4}(?=[ 0-9-]{0,4}[x*\\x{2022}#])(?:[ -]?[0-9x*\\x{2022}#]{2,8}){2,4}(?![\\w*])",
	  65, NULL, NULL, 0, NULL, 0 },

	{ REDACT_IBAN, "IBAN",
	  "(?<![\\w])[A-Z]{2}" D "{2}(?:[ \\x{A0}-]?[A-Z0-9]{1,4}){3,9}(?![A-Z0-9])", 25,
	  redact_check_iban, "\\biban\\b|\\bbank\\b|\\baccount\\b|\\btransfer\\b|\\bbic\\b", 30,
	  NULL, 0 },
	{ REDACT_IBAN, "IBAN", "(?<![\\w])[A-Z]{2}" D "{2}[A-Z0-9]{10,30}(?![\\w])", 25,
	  redact_check_iban, "\\biban\\b", 45, NULL, 0 },

	{ REDACT_PHONE, "telephone number",
	  "(?<![\\w+])(?:\\+|00(?=[1-9][ .\\x{A0}-]?" D "))\\(?[1-9]" D
	  "{0,3}\\)?(?:[ .\\x{A0}/-]{0,2}\\(?" D "{1,12}\\)?){1,7}" EXT PHONE_END,
	  75, redact_check_phone_plus, NULL, 0, PHONE_AGAINST, 40 },
	/* North America: 254-951-9400, (254) 951-9400, 1.254.951.9400x12. */
	{ REDACT_PHONE, "telephone number",
	  PHONE_START "(?:0{0,2}1[ .-])?(?:\\(" D "{3}\\)[ .-]{0,2}|" D "{3}[ .-])" D "{3}[ .-]" D
		      "{4}" EXT PHONE_END,
	  70, redact_check_phone, PHONE_WORDS, 25, PHONE_AGAINST, 45 },
	/* An area in brackets: (64) 3591-3246. */
	{ REDACT_PHONE, "telephone number",
	  PHONE_START "\\(0?" D "{1,4}\\)[ .-]{0,2}" D "{2,5}(?:[ .-]?" D
		      "{2,5}){1,3}" EXT PHONE_END,
	  65, redact_check_phone, PHONE_WORDS, 25, PHONE_AGAINST, 40 },
	/* France and others: 03.93.92.16.85. */
	{ REDACT_PHONE, "telephone number",
	  PHONE_START "0[1-9](?:([ .-])" D "{2})(?:\\g{1}" D "{2}){3}" PHONE_END, 70,
	  redact_check_phone, PHONE_WORDS, 20, PHONE_AGAINST, 40 },
	/* A trunk 0 and two or more groups: 020 7946 0018, 0341/8387176, 07700 900123. */
	{ REDACT_PHONE, "telephone number",
	  PHONE_START "0[1-9]" D "{0,4}[ /.-]{1,2}" D "{3,8}(?:[ .-]" D "{2,5}){0,3}" EXT PHONE_END,
	  52, redact_check_phone, PHONE_WORDS, 30, PHONE_AGAINST, 40 },
	/* On a line of its own, or with one word behind it, as under a letter. */
	{ REDACT_PHONE, "telephone number",
	  "(?m)^[ \\t>*?|]{0,4}(?!" D "{1,4}[\\/-]" D "{1,2}[\\/-])(?<v>\\(?" D
	  "(?:[ ()\\/-]{0,3}" D "){6,14})"
	  "(?=[ \\t,-]{0,3}\\(?(?:(?:office|work|home|desk|direct|mobile|cell|tel|"
	  "fax)\\)?)?[ \\t]{0,3}$)",
	  55, redact_check_phone_alone, PHONE_WORDS, 25, PHONE_AGAINST, 40 },
	/* Any shape, where a telephone is spoken of. */
	{ REDACT_PHONE, "telephone number",
	  PHONE_START "\\(?" D "(?:[ .()/\\x{A0}\\x{2010}-\\x{2013}-]{0,3}" D
		      "){6,17}" EXT PHONE_END,
	  15, redact_check_phone, PHONE_WORDS, 50, PHONE_AGAINST, 45 },

	{ REDACT_SSN, "social security number",
	  "(?<![\\w])(?<!" D "[.-])" D "{3}([ .-])" D "{2}\\g{1}" D "{4}(?![\\w]|[.-]" D ")", 60,
	  redact_check_ssn, "\\bs\\.?s\\.?n?\\b|\\bsocial\\b|\\bsecurity\\b|\\btax\\b|\\bitin\\b",
	  35, OTHER_NUMBER "|\\bphone\\b", 20 },

	{ REDACT_ID, "national insurance number (UK)",
	  "(?<![\\w])(?-i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?" D "{2} ?" D "{2} ?" D
	  "{2} ?(?-i:[A-D])(?![\\w])",
	  65, NULL, "\\bni\\b|\\bnino\\b|\\binsurance\\b", 30, NULL, 0 },
	{ REDACT_ID, "AHV number (Switzerland)",
	  "(?<![\\w.-])756\\." D "{4}\\." D "{4}\\." D "{2}(?![\\w])", 85, NULL, NULL, 0, NULL, 0 },
	{ REDACT_ID, "CPF (Brazil)", "(?<![\\w.-])" D "{3}\\." D "{3}\\." D "{3}-" D "{2}(?![\\w])",
	  80, redact_check_cpf, NULL, 0, NULL, 0 },
	{ REDACT_ID, "CPF (Brazil)", "(?<![\\w.-])" D "{11}(?![\\w])", 10, redact_check_cpf,
	  "\\bcpf\\b", 80, NULL, 0 },
	{ REDACT_ID, "codice fiscale (Italy)",
	  "(?<![\\w])[A-Z]{6}" D "{2}[A-EHLMPRST]" D "{2}[A-Z]" D "{3}[A-Z](?![\\w])", 85, NULL,
	  NULL, 0, NULL, 0 },
	{ REDACT_ID, "DNI or NIE (Spain)",
	  "(?<![\\w])(?:" D "{8}|[XYZ]" D "{7})[ -]?[A-HJ-NP-TV-Z](?![\\w])", 75, redact_check_dni,
	  NULL, 0, NULL, 0 },
	{ REDACT_ID, "PAN (India)",
	  "(?<![\\w])(?-i:[A-Z]{3}[ABCFGHLJPT][A-Z])" D "{4}(?-i:[A-Z])(?![\\w])", 60, NULL,
	  "\\bpan\\b", 30, NULL, 0 },
	{ REDACT_ID, "PAN (India)", "(?<![\\w])[A-Z]{5}" D "{4}[A-Z](?![\\w])", 30, NULL,
	  "\\bpan\\b", 40, NULL, 0 },
	{ REDACT_ID, "Aadhaar (India)",
	  "(?<![\\w.-])[2-9]" D "{3}([ -]?)" D "{4}\\g{1}" D "{4}(?![\\w]|[ -]" D ")", 25,
	  redact_check_verhoeff, "\\ba{1,2}dha{1,2}r\\b|\\buid", 65, NULL, 0 },
	{ REDACT_ID, "social insurance number (Canada)",
	  "(?<![\\w.-])" D "{3}[ -]" D "{3}[ -]" D "{3}(?![\\w]|[ -]" D ")", 15, redact_check_luhn,
	  "\\bsin\\b|\\bsocial\\b|\\binsurance\\b|\\btax\\b|\\btfn\\b", 65, NULL, 0 },
	{ REDACT_ID, "personnummer (Sweden)",
	  "(?<![\\w.-])(?:19|20)?" D "{2}[01]" D "[0-3]" D "[+-]" D "{4}(?![\\w])", 50, NULL,
	  "\\bperson", 40, OTHER_NUMBER "|\\bphone\\b|\\btel\\b|\\bcall\\b", 30 },
};

const struct redact_table redact_numbers = { rows, COUNT_OF(rows) };
