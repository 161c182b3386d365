/*
 * Values that the label before them identifies: numbers of accounts, customers and documents, PINs
 * and passwords.
 */
#include "base/array.h"
#include "job/redact/redact_rows.h"

#define ACCOUNT \
	"\\b(?:accounts?(?:number|nr|no)?|acct?s?|a\\/c|acc|acnt|konto|kontonummer|compte|" \
	"cuenta|conto|conta|rekening|rekeningnummer)(?![A-Z_])"
/* A number in groups, perhaps with a few letters before it. */
#define NUMBER(min) "(?<v>(?:[A-Z]{2,4}-?)?" D "(?:" SEP "?" D "){" min ",24})" NUM_END NOT_AMOUNT
/* Letters and digits; redact_check_four_digits() asks for at least four digits. */
#define CODE \
	"(?<v>" D "{2,6}(?:[ -]" D "{1,6}){1,4}(?![\\w])|" \
	"(?=[A-Z\\/.-]{0,12}" D ")[A-Z0-9](?:[\\/.-]?[A-Z0-9]){3,24}(?![\\w]))"
/* A number right after the label: "pin 90899", "pin is: #90899". */
#define SECRET_GLUE \
	"(?:['\\x{2019}]?s)?(?:[\\s:=#.(\"'~-]|(?:numbers?|num|nbr|no|nr|code|is|was|to|" \
	"of|my|the|for|card|account|as|got|it's|on|in|back|front|here)\\b){0,12}?"
#define DIGITS(range) "(?<v>" D "{" range "})" NUM_END NOT_AMOUNT

static const struct redact_row rows[] = {
	ROW(REDACT_ACCOUNT, "account number", ACCOUNT GLUE NUMBER("4"), 72,
	    .check = redact_check_not_date),
	ROW(REDACT_ACCOUNT, "account number",
	    ACCOUNT "(?:s)?\\s{0,2}(?:numbers?|num|no|nr|#|:|ending|ends)" GLUE NUMBER("3"), 72,
	    .check = redact_check_not_date),
	ROW(REDACT_ACCOUNT, "account number",
	    "(?<![\\w+.$\\x{A3}\\x{20AC}])(?:" D "{8,17}|" D "{4,6}[ -]" D
	    "{4,8})" NUM_END NOT_AMOUNT,
	    20, .check = redact_check_not_date,
	    .near = ACCOUNT "|\\bbank\\b|\\bsavings\\b|\\bchecking\\b", .bonus = 40,
	    .against = "\\b(?:order|invoice|tracking|parcel|transaction|reference|ref|ticket|phone|"
		       "call|mobile|imei)\\b",
	    .malus = 25),
	ROW(REDACT_ACCOUNT, "number of a check or loan",
	    "\\b(?:checks?|cheques?|loan|mortgage|savings|checking|deposit|iban|bank|debit|"
	    "wallet|konto|kontonummer|compte|cuenta|conto|rekening|clabe|upi)\\b" GLUE_NUMBER
		    NUMBER("3"),
	    70, .check = redact_check_not_date),
	ROW(REDACT_ACCOUNT, "routing number",
	    "\\b(?:routing|aba|rtn|transit|blz|bankleitzahl|bank code)\\b" GLUE "(?<v>" D
	    "(?:[ -]?" D "){7,8})" NUM_END,
	    75),
	ROW(REDACT_ACCOUNT, "account number", "\\b(?:clabe|bban|rib|pix)\\b" GLUE NUMBER("7"), 75),
	ROW(REDACT_ACCOUNT, "end of an account number",
	    "\\blast\\s(?:4|four)\\s(?:(?:digits|numbers)\\b[^0-9\\n]{0,40}?|(?:of|on|for)\\s"
	    "(?:my|the|this)\\s(?:account|acct?|card|visa)\\b" GLUE ")" DIGITS("4"),
	    60),
	ROW(REDACT_ACCOUNT, "sort code",
	    "\\bsort[ -]?code\\b" GLUE "(?<v>" D "{2}[ -]?" D "{2}[ -]?" D "{2})" NUM_END, 75),
	ROW(REDACT_ACCOUNT, "BSB", "\\bbsb\\b" GLUE "(?<v>" D "{3}[ -]?" D "{3})" NUM_END, 75),
	ROW(REDACT_ACCOUNT, "bank code",
	    "\\b(?:swift|bic)\\b" GLUE_NUMBER
	    "(?<v>[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![\\w])",
	    70),
	ROW(REDACT_ACCOUNT, "bank code", "\\bifsc\\b" GLUE "(?<v>[A-Z]{4}0[A-Z0-9]{6})(?![\\w])",
	    75),

	ROW(REDACT_SSN, "social security number",
	    "\\b(?:ssn|ss\\s?#|s\\.s\\.n|social(?:\\ssecurity)?(?:\\s(?:number|no))?|itin|"
	    "tax(?:payer)? id|tin)(?![A-Z_])" GLUE "(?<v>" D "{3}[ .-]?" D "{2}[ .-]?" D
	    "{4})" NUM_END,
	    80),
	ROW(REDACT_SSN, "social security number (France)",
	    "\\b(?:s[e\\x{E9}]curit[e\\x{E9}] sociale|nir|s[e\\x{E9}]cu)\\b" GLUE
	    "(?<v>[12](?:[ .]?[0-9AB]){12,14})(?![\\w])",
	    80),
	ROW(REDACT_SSN, "end of a social security number",
	    "\\b(?:ssn|ss\\s?#|social(?:\\ssecurity)?)(?![A-Z_])" GLUE
	    "(?:last\\s(?:4|four)(?:\\sdigits)?)?" GLUE "(?<v>" D "{4})" NUM_END NOT_AMOUNT,
	    65),

	ROW(REDACT_ID, "number of a document",
	    "\\b(?:passport|reisepass|pasaporte|passeport|id card|identity card|national id|"
	    "driv(?:er|ing)['\\x{2019}]?s?\\s?licen[cs]e|driver licen[cs]e|licen[cs]e|dl|visa "
	    "application|green card|residence permit|nhs|medicare|medicaid|mrn|medical record|"
	    "vat|ein|tfn|abn|nino|insurance|permesso|dni|nie|aadhaa?r|pesel|bsn|steuer-?id(?:nr)?|"
	    "steuernummer|steueridentifikationsnummer|num\\x{E9}ro fiscal|personalausweis)\\b" GLUE
		    CODE,
	    70, .check = redact_check_four_digits),
	ROW(REDACT_ID, "number of a customer",
	    "\\b(?:customer|client|cust|member(?:ship)?|user|employee|staff|student|patient|"
	    "subscriber|policy|contract|profile|loyalty|frequent flyer|insurance|case|claim|"
	    "benefits?|applicant|application|booking|reservation|confirmation|tenant|taxpayer|"
	    "registration|beneficiary|payee|national|identification|personal)" GLUE_NUMBER CODE,
	    68, .check = redact_check_four_digits),
	ROW(REDACT_ID, "number of a customer", "\\bmy (?:id|identification)\\b" GLUE CODE, 60,
	    .check = redact_check_four_digits),
	ROW(REDACT_ID, "number plate or VIN",
	    "\\b(?:vin|licen[cs]e plate|number plate|plate)\\b" GLUE_NUMBER
	    "(?<v>[A-Z0-9](?:[ -]?[A-Z0-9]){4,16})(?![\\w])",
	    60, .check = redact_check_token),
	ROW(REDACT_DEVICE, "IMEI", "\\bimei\\b" GLUE "(?<v>" D "(?:[ -]?" D "){13,15})" NUM_END,
	    80),

	ROW(REDACT_SECRET, "PIN",
	    "\\b(?:pin|pins|pin code|pincode|passcode|pass code|tpin|mpin)(?![A-Z_])" SECRET_GLUE
		    DIGITS("4,12"),
	    75),
	ROW(REDACT_SECRET, "security code",
	    "\\b(?:cvv2?|cvc2?|cvn|csc|security code|card verification|verification value|"
	    "sicherheitscode)(?![\\w])" SECRET_GLUE DIGITS("3,4"),
	    75),
	ROW(REDACT_SECRET, "one-time code",
	    "\\b(?:otp|2fa|mfa|one[ -]time (?:code|password|passcode|pin)|(?:verification|"
	    "authenti[a-z]{1,9}|access|login|activation|security|confirmation|sms|unlock|reset|"
	    "telephone banking) (?:code|pin|password))(?![\\w])" SECRET_GLUE "(?<v>" D "{3}[ -]?" D
	    "{1,5})" NUM_END NOT_AMOUNT,
	    70),
	ROW(REDACT_SECRET, "password",
	    "\\b(?:password|passwort|passwd|pwd|pw|passphrase|passcode|contrase\\x{F1}a|mot de "
	    "passe)(?:\\s(?:is|was|to)\\b|\\s?[:=]|\\s?->){1,2}\\s{0,2}[\"'`]?"
	    "(?<v>[^\\s\"'`<>]{4,64})",
	    70, .check = redact_check_password),
	ROW(REDACT_SECRET, "password",
	    "\\b(?:user(?:name)?|login)(?:\\s(?:is|was)\\b|\\s?[:=]){1,2}\\s{0,2}[\"'`]?"
	    "(?<v>[^\\s\"'`<>@]{3,64})",
	    60, .check = redact_check_password),
	ROW(REDACT_SECRET, "key of a program",
	    "\\b(?:api[ _-]?key|secret|token|bearer|access[ _-]?key|client[ _-]?secret)"
	    "(?:\\s(?:is|was)\\b|\\s?[:=]|"
	    "\\s){1,2}\\s{0,2}[\"'`]?(?<v>[A-Z0-9+\\/_.=-]{12,200})",
	    70, .check = redact_check_token),
};

const struct redact_table redact_labelled = { rows, COUNT_OF(rows) };
