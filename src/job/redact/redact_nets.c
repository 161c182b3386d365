/*
 * Network addresses, wallets and keys of programs. Their own form identifies them.
 */
#include "base/array.h"
#include "job/redact/redact_rows.h"

#define HOST "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}])?\\.){1,8}"
#define LOCAL "[\\p{L}\\p{N}_](?:[\\p{L}\\p{M}\\p{N}_.+%&'-]{0,62}[\\p{L}\\p{M}\\p{N}_+-])?"
#define MAILERS \
	"(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|web|mail|proton" \
	"(?:mail)?|yandex|msn|me|comcast|verizon|qq|163|example)"
/* Top-level domains that are not ordinary words after a full stop. */
#define TLD \
	"(?:com|net|org|info|biz|edu|gov|mil|dev|app|online|shop|store|site|xyz|tech|" \
	"cloud|website|" \
	"blog|club|bank|email|agency|solutions|co\\.uk|org\\.uk|ac\\.uk|com\\.[a-z]{2}|" \
	"co\\.[a-z]{2})"

static const struct redact_row rows[] = {
	ROW(REDACT_EMAIL, "e-mail address",
	    "(?<![\\p{L}\\p{N}_.+%&-])" LOCAL "@" HOST
	    "[\\p{L}][\\p{L}\\p{N}-]{0,22}[\\p{L}\\p{N}]",
	    95),
	ROW(REDACT_EMAIL, "e-mail address",
	    "(?<![\\p{L}\\p{N}_.+%&-])" LOCAL "@(?:\\[" D "{1,3}(?:\\." D "{1,3}){3}\\]|" D
	    "{1,3}(?:\\." D "{1,3}){3})",
	    90),
	/* Without a top-level domain, or written so that only people can read it. */
	ROW(REDACT_EMAIL, "e-mail address",
	    "(?<![\\p{L}\\p{N}_.+%&-])" LOCAL "\\s?@\\s?" MAILERS
	    "\\b(?:\\s?(?:\\.|dot|\\(dot\\))\\s?[a-z]{2,6}\\b)?",
	    75),
	ROW(REDACT_EMAIL, "e-mail address",
	    "(?<![\\p{L}\\p{N}_.+%&-])" LOCAL
	    "\\s?(?:[(\\[{<]\\s?at\\s?[)\\]}>]|\\sat\\s(?=" MAILERS
	    "\\b))\\s?[\\p{L}\\p{N}-]{2,63}\\s?(?:\\.|"
	    "[(\\[{<]\\s?(?:dot|punkt)\\s?[)\\]}>]|\\sdot\\s)\\s?[a-z]{2,10}\\b",
	    80),
	ROW(REDACT_ACCOUNT, "UPI address",
	    "(?<![\\p{L}\\p{N}_.+%&-])" LOCAL
	    "@(?:ok(?:axis|hdfcbank|icici|sbi)|ybl|paytm|upi|ibl|axl)"
	    "(?![\\w.@-])",
	    85),
	ROW(REDACT_EMAIL, "e-mail address without an ending",
	    "(?<![\\p{L}\\p{N}_.+%&@-])" LOCAL "@[\\p{L}\\p{N}-]{3,63}(?![\\w.@])", 35,
	    .near = "\\be-?mails?\\b|\\bmail\\b|\\baddress\\b", .bonus = 30),

	ROW(REDACT_URL, "web address",
	    "(?<![\\p{L}\\p{N}])(?:https?|ftps?|sftp|ssh|file|"
	    "wss?)://[^\\s<>\"\\x{201C}\\x{201D}|\\\\^`{}]{3,2000}",
	    90, .check = redact_check_url),
	ROW(REDACT_URL, "web address",
	    "(?<![\\p{L}\\p{N}@./])www\\d?\\.[\\p{L}\\p{N}-]{1,63}\\.[^\\s<>\"|\\\\^`{}]{2,1000}",
	    85, .check = redact_check_url),
	ROW(REDACT_URL, "web address",
	    "(?<![\\p{L}\\p{N}_@./+%&-])" HOST TLD "(?![\\p{L}\\p{N}@-]|\\.[\\p{L}\\p{N}]{1,63}@)"
	    "(?::" D "{1,5})?(?:[/?][^\\s<>\"|\\\\^`{}]{0,1000})?",
	    65, .check = redact_check_url),
	/* Any ending if a path follows: shortened links. */
	ROW(REDACT_URL, "web address",
	    "(?<![\\p{L}\\p{N}_@./+%&-])" HOST "[a-z]{2,6}/[^\\s<>\"|\\\\^`{}]{3,1000}", 55,
	    .check = redact_check_url),
	ROW(REDACT_URL, "web address",
	    "(?<![\\p{L}\\p{N}_@./+%&-])" HOST "[a-z]{2,10}(?![\\p{L}\\p{N}@-])"
	    "(?:[/?][^\\s<>\"|\\\\^`{}]{1,1000})?",
	    15, .check = redact_check_url,
	    .near = "\\b(?:web\\s?sites?|sites?|domains?|urls?|links?|home\\s?page|host|visit|"
		    "server|posted)\\b",
	    .bonus = 40, .against = "\\b(?:file|files|version|script|attached|attachment)\\b",
	    .malus = 30),

	ROW(REDACT_IP, "IP address",
	    "(?<![\\w.])(?<!\\w[-/])" D "{1,3}(?:\\." D "{1,3}){3}(?!\\w|\\.\\w)", 70,
	    .check = redact_check_ipv4,
	    .near = "\\bip\\b|\\baddress\\b|\\bhost\\b|\\bserver\\b|\\blogin\\b", .bonus = 25,
	    .against =
		    "\\b(?:version|release|build|firmware|section|chapter)\\b|\\bv$|\\bv\\.?\\s$",
	    .malus = 45),
	ROW(REDACT_IP, "IP address", "(?<![\\w:.])[0-9a-f:]{2,39}(?:\\." D "{1,3}){0,3}(?![\\w:])",
	    75, .check = redact_check_ipv6),
	ROW(REDACT_DEVICE, "MAC address",
	    "(?<![\\w:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\\g{1}){4}[0-9a-f]{2}(?![\\w:-])", 85),

	ROW(REDACT_CRYPTO, "wallet",
	    "(?<![\\w])(?-i:[13LDT2m-n][a-km-zA-HJ-NP-Z1-9]{25,34})(?![\\w])", 25,
	    .check = redact_check_base58,
	    .near = "\\b(?:wallet|bitcoin|btc|crypto|litecoin|ltc|doge|tron|usdt)\\b", .bonus = 40),
	ROW(REDACT_CRYPTO, "wallet", "(?<![\\w])(?:bc1|tb1|ltc1)[02-9ac-hj-np-z]{11,87}(?![\\w])",
	    90),
	ROW(REDACT_CRYPTO, "wallet", "(?<![\\w])0x[0-9a-f]{40}(?![\\w])", 90),
	ROW(REDACT_CRYPTO, "transaction or key", "(?<![\\w])0x[0-9a-f]{64}(?![\\w])", 70),
	ROW(REDACT_CRYPTO, "wallet", "(?<![\\w])(?-i:4[0-9AB][1-9A-HJ-NP-Za-km-z]{93})(?![\\w])",
	    85),
	ROW(REDACT_CRYPTO, "wallet", "(?<![\\w])(?-i:r[1-9A-HJ-NP-Za-km-z]{24,34})(?![\\w])", 15,
	    .check = redact_check_token, .near = "\\b(?:xrp|ripple|wallet)\\b", .bonus = 60),

	ROW(REDACT_SECRET, "key of a program",
	    "(?<![\\w])(?-i:(?:sk|pk|rk)(?:-|_(?:live|test)_)[A-Za-z0-9_-]{16,200}|"
	    "AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,200}|glpat-[A-Za-z0-9_-]{20,40}|"
	    "xox[abprs]-[A-Za-z0-9-]{10,200}|AIza[A-Za-z0-9_-]{35}|hf_[A-Za-z0-9]{30,40}|"
	    "eyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{8,2000}(?:\\.[A-Za-z0-9_-]{0,2000})?)",
	    95),
	ROW(REDACT_SECRET, "private key",
	    "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
	    "(?:[A-Za-z0-9+\\/=\\s:,]{1,2000}+(?:-(?!-))?){0,8}+"
	    "(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
	    99),
};

const struct redact_table redact_nets = { rows, COUNT_OF(rows) };
