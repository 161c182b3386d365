/*
 * Names of people and companies, addresses and places. The words before them, capitals and word
 * lists identify them. They find only a part, because ordinary words of tickets must stay.
 */
#include "base/array.h"
#include "job/redact/names/redact_names.h"

#define AP "['\\x{2019}]"
#define WORD "\\p{L}[\\p{L}\\p{M}'\\x{2019}-]{0,30}\\.?"
#define NAME "(?<v>" WORD "(?:[ ]{1,2}" WORD "){0,5})"
#define CAP "(?-i:(?=\\p{Lu}))"
#define CAP_WORD "(?-i:\\p{Lu}[\\p{L}\\p{M}\\p{N}&'\\x{2019}-]{0,30})"
#define CAP_WORDS(n) CAP_WORD "(?:[ ]" CAP_WORD "){0," n "}"

#define STREET \
	"(?:street|str|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|" \
	"circle|cir|" \
	"place|pl|square|sq|terrace|ter|trail|trl|parkway|pkwy|highway|hwy|close|crescent|" \
	"cres|way|walk|" \
	"row|mews|gardens|grove|hill|loop|pass|plaza|alley|heights|park|turnpike|broadway)\\b\\.?"
/* Streets in other languages: the end of a word, or a word of its own. */
#define STREET_END \
	"(?:stra(?:\\x{DF}|ss)e|str\\.|gasse|allee|platz|weg|gatan|gata|v\\x{E4}gen|vegen|" \
	"veien|vej|gade|tie|katu|straat|laan|plein|utca|ulica|caddesi|sokak)"
#define STREET_BEFORE \
	"(?:rue|avenida|av\\.|calle|(?-i:Via|Place|Plaza|Largo)|viale|piazza|rua|praceta|" \
	"travessa|ul\\.|ulica|aleja|al\\.|boulevard|chemin|paseo|carrera|utca|ulitsa)"
#define UNIT \
	"(?:apt|apartment|suite|ste|unit|flat|room|floor|bldg|building|no|#)\\.?\\s?#?" D \
	"{1,5}[A-Z]?\\b"
#define HOUSE D "{1,6}[A-Z]?(?:[\\/-]" D "{1,5})?"
/*
 * What may follow a street: a flat, then places and a postal code, a US state and its code, or
 * places after commas. A place has a capital, except before a state with its code.
 */
#define CITY "(?-i:\\p{Lu}[\\p{L}\\p{M}.'\\x{2019}-]{1,30})"
#define CITIES CITY "(?:[ ]" CITY "){0,2}"
/* Not the beginning of a longer number. */
#define ZIP_CODE D "{4,6}(?:-" D "{4})?(?!\\w|[ .-]{1,2}" D ")"
#define UK_CODE "(?-i:[A-Z]{1,2}[0-9][A-Z0-9]?\\s[0-9][A-Z]{2})(?![\\w])"
#define TAIL \
	"(?:[,.]{0,2}\\s{1,4}" UNIT "(?:,?\\s{1,3}" CITY "){0,4})?" \
	"(?:(?:[,.]?\\s{0,3}[,\\n]?\\s{0,3}" CITIES "){0,3}[,.]?\\s{1,3}" ZIP_CODE \
	"|(?:,?\\s{1,3}" CITIES "){0,2},?\\s{1,3}" UK_CODE \
	"|[,.]?\\s{1,3}(?:[\\p{L}.'-]{2,20}\\s){1,3}[A-Z]{2}\\s{1,2}" ZIP_CODE "|(?:,\\s" CITIES \
	"){1,3})?"
#define US_STATE \
	"(?-i:(?:" STATE_CODES "|Alabama|Alaska|Arizona|Arkansas|California|Colorado|" \
	"Connecticut|" \
	"Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|" \
	"Louisiana|Maine|" \
	"Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|" \
	"Nevada|New " \
	"(?:Hampshire|Jersey|Mexico|York)|North (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|" \
	"Pennsylvania|" \
	"Rhode Island|South (?:Carolina|Dakota)|Tennessee|Texas|Utah|Vermont|Virginia|" \
	"Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|Alberta))"

static const struct redact_row rows[] = {
	ROW(REDACT_PERSON, "name after 'my name is'",
	    "\\bmy (?:(?:full|first|last|given|family|maiden|sur|legal|new|old) ?)?name"
	    "(?:" AP "s)?(?:\\s(?:is|was)\\b|\\s?[:=]|\\s){1,2}\\s?" NAME,
	    75, .check = redact_check_name),
	ROW(REDACT_PERSON, "name after 'my name is' in other languages",
	    "\\b(?:ich hei\\x{DF}e|ich heisse|mein name ist|je m['\\x{2019}]appelle|"
	    "mon nom est|me llamo|"
	    "mi nombre es|mi chiamo|il mio nome \\x{E8}|meu nome \\x{E9}|me chamo|"
	    "ik heet|mijn naam is|"
	    "jag heter|jeg hedder|jeg heter|nazywam si\\x{119}|mam na imi\\x{119}|"
	    "numele meu este)\\s" NAME,
	    75, .check = redact_check_name),
	ROW(REDACT_PERSON, "name after its label",
	    "\\b(?:first|last|family|full|sur|maiden|middle|given) ?name(?:\\s?[?:=-]|"
	    "\\sis\\b){1,2}\\s{1,2}(?:is\\s)?" NAME,
	    70, .check = redact_check_name),
	ROW(REDACT_PERSON, "name after its label",
	    "(?m)^[\\s>*-]{0,6}(?:names?|patient|account ?holder|card ?holder|"
	    "beneficiary|payee|"
	    "recipient|attn|signed)\\s?[:=]\\s{0,3}" CAP NAME,
	    65, .check = redact_check_name),
	/* In a conversation the label names a speaker, and speech follows. */
	ROW(REDACT_PERSON, "name after its label",
	    "(?m)^[\\s>*-]{0,6}(?:customer|client|contact|from|to|sender|caller|agent|"
	    "owner)\\s?[:=]"
	    "[ \\t]{0,3}" CAP NAME "(?=[ \\t]{0,3}(?:$|<))",
	    60, .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name of somebody else",
	    "(?:(?:in|under) (?:the|my|his|her) name(?: of)?|(?:" AP "s|s" AP
	    "|their|his|her|whose) (?:\\w{1,12} )?names?(?:\\sis|\\swas|:)?)\\s" CAP NAME,
	    65, .check = redact_check_name),
	ROW(REDACT_PERSON, "name after 'called'",
	    "\\b(?:named|calls?|called) (?:me|him|her)\\s" CAP NAME, 60,
	    .check = redact_check_name),
	ROW(REDACT_PERSON, "name after a title",
	    "\\b(?:(?-i:Mr|Mrs|Ms|Miss|Dr|Prof|MR|MRS|MS|DR|mr|mrs|ms|dr)\\.?|"
	    "(?-i:Mister|Herr|Frau|Monsieur|Madame|Sra?\\.))\\s{1,2}" CAP NAME,
	    75, .check = redact_check_name),
	ROW(REDACT_PERSON, "name in a greeting",
	    "(?m)^\\W{0,3}(?:hi|hello|dear|hey|good (?:morning|afternoon|evening))[ ,]{1,2}" CAP
		    NAME "(?=\\s?[,!:.\\n-])",
	    60, .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name under a letter",
	    "\\b(?:regards|thanks|thank you|thx|cheers|sincerely|best|yours|wishes|"
	    "br)[,!. ]{0,3}\\n\\s{0,9}[-~]?" CAP NAME "[.]?(?=\\s{0,3}(?:\\n|$))",
	    65, .check = redact_check_name),
	ROW(REDACT_PERSON, "name under a letter",
	    "\\b(?:regards|thanks|cheers|sincerely)[,!.]\\s{1,3}[-~]?" CAP NAME
	    "[.!]?(?=\\s{0,3}$)",
	    60, .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name after 'I am'",
	    "\\b(?:i am|i" AP
	    "m|im|this is|name is|speaking with|spoke (?:to|with)|talked to|called)\\s" NAME,
	    62, .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name before 'here'",
	    "(?:^|[.,!]\\s{1,3})" CAP NAME "(?=\\s(?:here|speaking)\\b)", 65,
	    .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name of somebody else",
	    "\\b(?:add|adding|remove|authori[sz]e|invite|to|by|with|for|from)\\s" CAP NAME
	    "(?=\\s(?:to|from|as|on)\\b)",
	    55, .check = redact_check_name_listed),
	ROW(REDACT_PERSON, "name of somebody else",
	    "\\b(?:husband|wife|son|daughter|mother|father|partner|brother|sister|"
	    "friend|colleague|boss|"
	    "manager|landlord|roommate|flatmate|girlfriend|boyfriend|mom|dad|uncle|aunt|"
	    "spouse|fianc\\x{E9}e?|"
	    "advisor|doctor|lawyer)[, ]{1,2}(?:is |named |called )?" CAP NAME,
	    60, .check = redact_check_name_weak),
	ROW(REDACT_PERSON, "name of the list",
	    "(?<![\\w@])(?-i:\\p{Lu}[\\p{L}\\p{M}'\\x{2019}-]{1,30})(?:[ ](?-i:(?:de|da|"
	    "van|von|der|den|di|del|la|le|bin|al|ten|ter)[ ]){0,2}(?-i:\\p{Lu}(?:\\.|"
	    "[\\p{L}\\p{M}'\\x{2019}-]{0,30}))){0,4}",
	    60, .check = redact_check_name_listed),

	ROW(REDACT_ORG, "company",
	    "(?<![\\w])" CAP_WORD "(?:,?[ ](?:(?:and|of|the|&)[ ])?" CAP_WORD "){0,5},?[ ]"
	    "(?-i:Inc|LLC|Ltd|Limited|Corp|Corporation|GmbH|AG|PLC|Plc|LLP|Pty|BV|B\\.V|"
	    "NV|SARL|SpA|Oy|AB|A/S|Incorporated|S\\.A|Co(?=\\.))(?![\\w-])\\.?",
	    65, .check = redact_check_org),
	ROW(REDACT_ORG, "company",
	    "(?<![\\w])" CAP_WORDS(
		    "3") "[ ](?-i:Bakery|Trucking|Consulting|Agency|Associates|Partners|"
			 "Technologies|Holdings|Industries|Enterprises|Ventures|"
			 "Studios?|Clinic|Hospital|University|"
			 "College|Foundation|Logistics|Plumbing|Construction|"
			 "Landscaping|Roofing|Catering|Realty|"
			 "Motors|Pharmacy|Dental)(?![\\w])",
	    55, .check = redact_check_org),
	ROW(REDACT_ORG, "company",
	    "\\b(?:(?:my|our|his|her) (?:company|business|firm|employer|shop|store|"
	    "restaurant|startup)(?:,| is| called| named|" AP
	    "s name is)?|(?:i|we) own|work(?:s|ed|ing)? (?:at|for)|on behalf of)"
	    "\\s(?<v>" CAP_WORDS("3") "(?:[ ](?:and|&)[ ]" CAP_WORDS("2") ")?)",
	    55, .check = redact_check_org_named),

	/* A number, words, a word for a street; then TAIL. */
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w$\\x{A3}\\x{20AC}.,-])" HOUSE ",?\\s{1,2}(?:" HOUSE
	    "\\s)?(?:[\\p{L}\\p{M}.'\\x{2019}-]{1,25}\\s{1,2}){1,5}?" STREET
	    "(?:\\s(?:north|south|east|west|[nsew]|[ns][ew])\\b\\.?)?",
	    65, .check = redact_check_street),
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w$\\x{A3}\\x{20AC}.,-])" HOUSE ",?\\s{1,2}(?:" HOUSE
	    "\\s)?(?:[\\p{L}\\p{M}.'\\x{2019}-]{1,25}\\s{1,2}){1,5}?" STREET TAIL,
	    66, .check = redact_check_street),
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w])(?:" HOUSE
	    "[\\s,]{1,2})?(?:[\\p{L}\\p{M}.-]{2,30}\\s){0,2}[\\p{L}\\p{M}-]{2,40}" STREET_END
	    "\\s{1,2}" HOUSE "(?![\\w])" TAIL,
	    70),
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w])(?:" HOUSE "[\\s,]{1,2})?" STREET_BEFORE
	    "\\s(?:(?:de|del|des|du|da|do|la|le|los|di)\\s)"
	    "{0,2}" CAP "(?:[\\p{L}\\p{M}.'\\x{2019}-]{2,30}\\s){0,3}"
	    "[\\p{L}\\p{M}.'\\x{2019}-]{2,30},?\\s" HOUSE "(?![\\w])" TAIL,
	    65),
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w$\\x{A3}\\x{20AC}.,-])" HOUSE ",?\\s(?:(?:bis|ter),?\\s)?" STREET_BEFORE
	    "\\s(?:(?:de|del|des|du|da|do|la|le|los|di|l['\\x{2019}])\\s?){0,3}" CITY "(?:[ -]" CITY
	    "){0,3}" TAIL,
	    65),
	/* With the number of a flat, for streets of any name. */
	ROW(REDACT_ADDRESS, "street address",
	    "(?<![\\w$])(?:" HOUSE "\\s{1,3}){1,2}" CAP
	    "(?:[\\p{L}\\p{M}.'\\x{2019}-]{1,30}\\s{1,2}){1,6}(?:" D "{1,5}[,\\s]{1,3})?" UNIT TAIL,
	    65),
	ROW(REDACT_ADDRESS, "flat number",
	    "(?<![\\w])(?:apt|apartment|suite|flat)\\.?\\s?#?" D "{1,5}[A-Z]?\\b" TAIL, 55),
	ROW(REDACT_ADDRESS, "post office box",
	    "(?<![\\w])(?:p\\.?\\s?o\\.?\\s?box|post(?:al)? box|postfach|apartado|"
	    "casella postale)\\s?#?" D "{1,7}" TAIL,
	    75),
	ROW(REDACT_ADDRESS, "military address",
	    "(?<![\\w])(?:(?:psc|unit|cmr)\\s" D "{1,5},?\\sbox\\s" D
	    "{1,5},?\\s{1,3}|u\\.?s\\.?(?:n\\.?)?s\\.?\\s"
	    "[\\p{L}-]{2,20},?\\s{1,3})?[ADF]PO\\sA[AEP]\\s" D "{5}(?![\\w])",
	    80),
	ROW(REDACT_ADDRESS, "street address",
	    "\\b(?:address(?: is|:| to|=)|i live at|live at|located at|deliver(?:ed)? to|"
	    "ship(?:ped)? to|moved to)"
	    "\\s{1,2}(?:the\\s)?(?<v>" HOUSE "\\s" CAP "[^.!?\\n]{4,90}(?=[.!?\\n]|$))",
	    60),

	ROW(REDACT_PLACE, "city and state",
	    "(?<![\\w])(?:" CITY "[ ]){0,2}" CITY ",?\\s{1,2}" US_STATE "(?![\\w])", 60,
	    .check = redact_check_city_state),
	ROW(REDACT_PLACE, "place where somebody lives",
	    "\\b(?:live|living|lives|lived|reside|resides|residing|born|moved|moving|"
	    "relocat(?:ed|ing)|grew up|"
	    "hometown|resident|stationed|based)\\s(?:in|to|of|near|from|is)\\s(?:the\\s)?"
	    "(?<v>[\\p{L}][\\p{L}\\p{M}'\\x{2019}.-]{1,30}(?:[ ]" CITY "){0,2})",
	    60, .check = redact_check_place),
	ROW(REDACT_PLACE, "place where somebody is from",
	    "\\b(?:i am|i" AP "m|im|originally|he is|she is|he" AP "s|she" AP
	    "s|we are|comes?)\\s(?:originally\\s)?"
	    "from\\s(?:the\\s)?(?<v>" CITY "(?:[ ]" CITY "){0,2})",
	    60, .check = redact_check_place),

	/* The gate uses this row too: the name is a secret. */
	ROW(REDACT_SECRET, "answer to a security question",
	    "\\bmother['\\x{2019}]?s maiden name(?:\\sis|\\s?[:=-]){1,2}\\s"
	    "(?<v>[\\p{L}'\\x{2019}-]{2,30})",
	    75, .check = redact_check_name),

	ROW(REDACT_SUSPECT, "words with capitals",
	    "(?<![\\w@.])(?<![.!?\\n] )(?-i:\\p{Lu}\\p{Ll}[\\p{L}\\p{M}'\\x{2019}-]{0,30}"
	    "(?: \\p{Lu}\\p{Ll}[\\p{L}\\p{M}'\\x{2019}-]{0,30}){1,3})(?![\\w])",
	    30, .check = redact_check_pair),
};

const struct redact_table redact_people = { rows, COUNT_OF(rows) };
