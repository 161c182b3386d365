/*
 * Numbers with a shape of their own: cards, IBAN, telephone, social security and other national
 * numbers. The words around a number raise or lower its score.
 */
#include "base/array.h"
#include "job/redact/redact_rows.h"

#define CARD_WORDS \
	"\\b(?:cards?|cc|visa|mastercard|master\\s?card|amex|american express|discover|" \
	"maestro|debit|credit|pan|karten?|kreditkarten?|carte|tarjeta|carta|kaart)\\b"
#define OTHER_NUMBER \
	"\\b(?:order|invoice|tracking|parcel|shipment|reference|ref|imei|serial|version|" \
	"isbn|ean)\\b"

/* Words for a telephone, before the number or just after it ("655 437 108 office"). */
#define PHONE_WORDS \
	"\\b(?:tele)?phones?\\b|\\btelefon\\w{0,6}\\b|\\b(?:handy|movil|m\\x{F3}vil|portable|" \
	"cellulare|tel|mobile|mob|cell|cellphone|fax|landline|handset|desk|office|extension|" \
	"whatsapp|telegram|signal|sms|hotline|pager|contact|ph|gsm|fon)\\b|" \
	"\\b[ptmf][.:]{1,2}\\s?$|" \
	"\\b(?:call(?:s|ed|ing)?|ring|reach|text|dial)\\b|\\bnumber is\\b|" \
	"\\b(?:my|new) number\\b|" \
	"\\bt(?:\\x{E9}|e\\x{301})l(?:\\x{E9}phone|\\b)|\\bt[e\\x{E9}]l\\x{E9}phone|" \
	"\\b(?:joindre|joignable|r?appel(?:er|ez|le|les)?|fixe|rufnummer|erreichbar|anrufen)\\b"
#define PHONE_AGAINST \
	"\\b(?:cards?|cc|account|acct?|order|invoice|tracking|ref(?:erence)?|transaction|" \
	"ticket|iban|" \
	"routing|aba|ssn|social|passport|licen[cs]e|pin|policy|imei|serial|version|isbn|amount|" \
	"balance|limit|case|claim|member(?:ship)?|customer|nhs|mrn|national|vat|tax|" \
	"employee|patient|student|user|check|cheque)\\W{0,3}(?:numbers?|no|nr|id|" \
	"is|in|#|:|of|code|\\s){0,5}\\W{0,3}$"
#define EXT \
	"(?:[ ,;]{0,2}(?:x|ext\\.?|extension|durchwahl|dw|nebenstelle|poste|anexo|interno|" \
	"toestel|#)[ .:=#]{0,2}" D "{1,6})?"
/* No word, currency, decimal point or plus stands directly before a telephone number. */
#define PHONE_START \
	"(?<![\\w$\\x{A3}\\x{20AC}+])(?<!\\w-)(?<!" D "[.])(?:(?<!" D ",)|(?<=" D \
	"{4},))(?<![$\\x{A3}\\x{20AC}] )"
/* A comma or a slash may separate it from another number of seven digits or more. */
#define PHONE_END "(?![\\w]|[.:-]" D "|[,/](?!\\(?" D "(?:[ .()-]{0,2}" D "){6})" D ")"

static const struct redact_row rows[] = {
	/* 4-4-4-4, and the 4-6-5 of American Express. */
	ROW(REDACT_CARD, "card number",
	    "(?<![\\w])(?<!" D "[.-])(?:" D "{4}(" SEP ")" D "{4}\\g{1}" D "{4}\\g{1}" D
	    "{1,4}(?:" SEP D "{1,3})?|3" D "{3}" SEP D "{6}" SEP D "{4,5})" NUM_END,
	    45, .check = redact_check_card, .near = CARD_WORDS, .bonus = 45,
	    .against = OTHER_NUMBER, .malus = 20),
	ROW(REDACT_CARD, "card number", "(?<![\\w])(?<!" D "[.,-])" D "{12,19}" NUM_END, 25,
	    .check = redact_check_card, .near = CARD_WORDS, .bonus = 45, .against = OTHER_NUMBER,
	    .malus = 40),
	/* In any groups, if the words mention a card. */
	ROW(REDACT_CARD, "card number",
	    "(?<![\\w+])(?<!" D "[.,-])" D "(?:" SEP "?" D "){11,20}" NUM_END, 10,
	    .check = redact_check_card_labelled, .near = CARD_WORDS, .bonus = 45,
	    .against = OTHER_NUMBER, .malus = 30),
	/* Glued to a word: only with valid check digits, and behind a word for a card. */
	ROW(REDACT_CARD, "card number", "(?<=\\p{L})(?<v>" D "{13,19})" NUM_END, 25,
	    .check = redact_check_card,
	    .near = "(?:card|visa|mastercard|amex|karte|carte|tarjeta|carta|kaart)$", .bonus = 45),
	ROW(REDACT_CARD, "end of a card number",
	    "\\b(?:card|visa|mastercard|amex)\\s(?:numbers?\\s)?(?:that\\s)?(?:ending|"
	    "ends)\\s?(?:in|with)?\\W{0,3}(?<v>" D "{4})" NUM_END,
	    70),
	ROW(REDACT_CARD, "end of a card number",
	    "(?<![\\w*\\x{2022}])(?:[x*\\x{2022}#]{3,6}[ -]?){1,4}" D "{3,4}" NUM_END, 60),
	ROW(REDACT_CARD, "part of a card number",
	    "(?<![\\w])" D
	    "{4}(?=[ 0-9-]{0,4}[x*\\x{2022}#])(?:[ -]?[0-9x*\\x{2022}#]{2,8}){2,4}(?![\\w*])",
	    65),

	ROW(REDACT_IBAN, "IBAN",
	    "(?<![\\w])[A-Z]{2}" D "{2}(?:[ \\x{A0}-]?[A-Z0-9]{1,4}){3,9}(?![A-Z0-9])", 25,
	    .check = redact_check_iban,
	    .near = "\\biban\\b|\\bbank\\b|\\baccount\\b|\\btransfer\\b|\\bbic\\b", .bonus = 30),
	ROW(REDACT_IBAN, "IBAN", "(?<![\\w])[A-Z]{2}" D "{2}[A-Z0-9]{10,30}(?![\\w])", 25,
	    .check = redact_check_iban, .near = "\\biban\\b", .bonus = 45),
	ROW(REDACT_IBAN, "IBAN", "(?<=\\p{L})(?-i:[A-Z]{2})" D "{2}[A-Z0-9]{10,30}(?![\\w])", 60,
	    .check = redact_check_iban_valid),

	ROW(REDACT_PHONE, "telephone number",
	    "(?<![\\w+])(?:\\+|00(?=[1-9][ .\\x{A0}-]?" D "))\\(?[1-9]" D
	    "{0,3}\\)?(?:[ .\\x{A0}/-]{0,2}\\(?" D "{1,12}\\)?){1,7}" EXT PHONE_END,
	    75, .check = redact_check_phone_plus, .against = PHONE_AGAINST, .malus = 40),
	/* North America: 254-951-9400, (254) 951-9400, 1.254.951.9400x12. */
	ROW(REDACT_PHONE, "telephone number",
	    PHONE_START "(?:0{0,2}1[ .-])?(?:\\(" D "{3}\\)[ .-]{0,2}|" D "{3}[ .-])" D "{3}[ .-]" D
			"{4}" EXT PHONE_END,
	    70, .check = redact_check_phone, .near = PHONE_WORDS, .bonus = 25,
	    .against = PHONE_AGAINST, .malus = 45),
	/* An area code in brackets: (64) 3591-3246. */
	ROW(REDACT_PHONE, "telephone number",
	    PHONE_START "\\(0?" D "{1,4}\\)[ .-]{0,2}" D "{2,5}(?:[ .-]?" D
			"{2,5}){1,3}" EXT PHONE_END,
	    65, .check = redact_check_phone, .near = PHONE_WORDS, .bonus = 25,
	    .against = PHONE_AGAINST, .malus = 40),
	/* France and others: 03.93.92.16.85. */
	ROW(REDACT_PHONE, "telephone number",
	    PHONE_START "0[1-9](?:([ ./-])" D "{2})(?:\\g{1}" D "{2}){3}" EXT PHONE_END, 70,
	    .check = redact_check_phone, .near = PHONE_WORDS, .bonus = 20, .against = PHONE_AGAINST,
	    .malus = 40),
	/* A trunk 0, then two or more groups: 020 7946 0018, 0341/8387176, 07700 900123. */
	ROW(REDACT_PHONE, "telephone number",
	    PHONE_START "0[1-9]" D "{0,4}[ /.-]{1,2}" D "{3,8}(?:[ .-]" D
			"{2,5}){0,3}" EXT PHONE_END,
	    52, .check = redact_check_phone, .near = PHONE_WORDS, .bonus = 30,
	    .against = PHONE_AGAINST, .malus = 40),
	/* On a line of its own, or with one word after it, as in a signature. */
	ROW(REDACT_PHONE, "telephone number",
	    "(?m)^[ \\t>*?|]{0,4}(?!" D "{1,4}[\\/-]" D "{1,2}[\\/-])(?<v>\\(?" D
	    "(?:[ ()\\/-]{0,3}" D "){6,14})"
	    "(?=[ \\t,-]{0,3}\\(?(?:(?:office|work|home|desk|direct|mobile|cell|tel|"
	    "fax)\\)?)?[ \\t]{0,3}$)",
	    55, .check = redact_check_phone_alone, .near = PHONE_WORDS, .bonus = 25,
	    .against = PHONE_AGAINST, .malus = 40),
	/* Any shape, if the words mention a telephone. */
	ROW(REDACT_PHONE, "telephone number",
	    PHONE_START "\\(?" D "(?:[ .()/\\x{A0}\\x{2010}-\\x{2013}-]{0,3}" D
			"){6,17}" EXT PHONE_END,
	    15, .check = redact_check_phone, .near = PHONE_WORDS, .bonus = 50,
	    .against = PHONE_AGAINST, .malus = 45),

	ROW(REDACT_SSN, "social security number",
	    "(?<![\\w])(?<!" D "[.-])" D "{3}([ .-])" D "{2}\\g{1}" D "{4}(?![\\w]|[.-]" D ")", 60,
	    .check = redact_check_ssn,
	    .near = "\\bs\\.?s\\.?n?\\b|\\bsocial\\b|\\bsecurity\\b|\\btax\\b|\\bitin\\b",
	    .bonus = 35, .against = OTHER_NUMBER "|\\bphone\\b", .malus = 20),

	ROW(REDACT_SSN, "social security number (France)",
	    "(?<![\\w])(?<!" D "[.-])[12]([ .]?)" D "{2}\\g{1}" D "{2}\\g{1}(?:" D
	    "{2}|2[AB])\\g{1}" D "{3}\\g{1}" D "{3}[ .]?" D "{2}(?![\\w]|[.-]" D ")",
	    70, .check = redact_check_nir),

	ROW(REDACT_ID, "national insurance number (UK)",
	    "(?<![\\w])(?-i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?" D "{2} ?" D "{2} ?" D
	    "{2} ?(?-i:[A-D])(?![\\w])",
	    65, .near = "\\bni\\b|\\bnino\\b|\\binsurance\\b", .bonus = 30),
	ROW(REDACT_ID, "AHV number (Switzerland)",
	    "(?<![\\w.-])756\\." D "{4}\\." D "{4}\\." D "{2}(?![\\w])", 85),
	ROW(REDACT_ID, "CPF (Brazil)",
	    "(?<![\\w.-])" D "{3}\\." D "{3}\\." D "{3}-" D "{2}(?![\\w])", 80,
	    .check = redact_check_cpf),
	ROW(REDACT_ID, "CPF (Brazil)", "(?<![\\w.-])" D "{11}(?![\\w])", 10,
	    .check = redact_check_cpf, .near = "\\bcpf\\b", .bonus = 80),
	ROW(REDACT_ID, "codice fiscale (Italy)",
	    "(?<![\\w])[A-Z]{6}" D "{2}[A-EHLMPRST]" D "{2}[A-Z]" D "{3}[A-Z](?![\\w])", 85),
	ROW(REDACT_ID, "DNI or NIE (Spain)",
	    "(?<![\\w])(?:" D "{8}|[XYZ]" D "{7})[ -]?[A-HJ-NP-TV-Z](?![\\w])", 75,
	    .check = redact_check_dni),
	ROW(REDACT_ID, "PAN (India)",
	    "(?<![\\w])(?-i:[A-Z]{3}[ABCFGHLJPT][A-Z])" D "{4}(?-i:[A-Z])(?![\\w])", 60,
	    .near = "\\bpan\\b", .bonus = 30),
	ROW(REDACT_ID, "PAN (India)", "(?<![\\w])[A-Z]{5}" D "{4}[A-Z](?![\\w])", 30,
	    .near = "\\bpan\\b", .bonus = 40),
	ROW(REDACT_ID, "Aadhaar (India)",
	    "(?<![\\w.-])[2-9]" D "{3}([ -]?)" D "{4}\\g{1}" D "{4}(?![\\w]|[ -]" D ")", 25,
	    .check = redact_check_verhoeff, .near = "\\ba{1,2}dha{1,2}r\\b|\\buid", .bonus = 65),
	ROW(REDACT_ID, "social insurance number (Canada)",
	    "(?<![\\w.-])" D "{3}[ -]" D "{3}[ -]" D "{3}(?![\\w]|[ -]" D ")", 15,
	    .check = redact_check_luhn,
	    .near = "\\bsin\\b|\\bsocial\\b|\\binsurance\\b|\\btax\\b|\\btfn\\b", .bonus = 65),
	ROW(REDACT_ID, "personnummer (Sweden)",
	    "(?<![\\w.-])(?:19|20)?" D "{2}[01]" D "[0-3]" D "[+-]" D "{4}(?![\\w])", 50,
	    .near = "\\bperson", .bonus = 40,
	    .against = OTHER_NUMBER "|\\bphone\\b|\\btel\\b|\\bcall\\b", .malus = 30),
};

const struct redact_table redact_numbers = { rows, COUNT_OF(rows) };
