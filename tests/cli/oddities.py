"""Odd files of tickets, each with the tickets or the message that it must give.

oddities.py TOEHOLD          makes each file in the current folder, and reads it with import (the
                             importer) and with learn (the reader of a job's files)
oddities.py TOEHOLD RUN      labels some of them with classify, by the run RUN of job.yaml
"""
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO

TOEHOLD = sys.argv[1]
LABELS = ["x", "y", "N/A", "None", "null", "007", "TRUE", "no", "C#", "große Frage"]
CASES = []


def case(name, data, want, args=(), note=None, verbs="il", classify=False):
    """want: a list of (text, label), or a part of the message that refuses the file."""
    CASES.append((name, data if isinstance(data, bytes) else data.encode(), want, list(args), note, verbs, classify))


# ---- workbooks ----

def sheet(rows):
    """Rows of XML of cells, or of texts, which become inline strings."""
    out = []
    for r, row in enumerate(rows, 1):
        if isinstance(row, str):
            out.append(row)
            continue
        cells = "".join(c if c.startswith("<c") else
                        '<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % ("ABCDEFGH"[i], r, c)
                        for i, c in enumerate(row) if c)
        out.append('<row r="%d">%s</row>' % (r, cells))
    return '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>' % "".join(out)


REL = '<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>'


def rels(*items):
    return '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % "".join(REL % i for i in items)


def xlsx(rows, strings=None, formats=(), xfs=(0,), sheets='<sheet name="S" sheetId="1" r:id="r1"/>', more=(), props="", parts=None, drop=()):
    b = BytesIO()
    book = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": rels(("a", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">%s<sheets>%s</sheets></workbook>' % (props, sheets),
        "xl/_rels/workbook.xml.rels": rels(("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "worksheet", "/xl/worksheets/sheet2.xml"),
                                           ("s", "sharedStrings", "sharedStrings.xml"), ("t", "styles", "styles.xml")),
        "xl/styles.xml": "<styleSheet><numFmts>%s</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>%s</cellXfs></styleSheet>" % (
            "".join('<numFmt numFmtId="%d" formatCode="%s"/>' % f for f in formats), "".join('<xf numFmtId="%d"/>' % x for x in xfs)),
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    if strings is not None:
        book["xl/sharedStrings.xml"] = "<sst>%s</sst>" % "".join("<si>%s</si>" % s for s in strings)
    for i, r in enumerate(more, 2):
        book["xl/worksheets/sheet%d.xml" % i] = sheet(r)
    book.update(parts or {})
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in book.items():
            if name not in drop:
                z.writestr(name, text)
    return b.getvalue()


def archive(**parts):
    b = BytesIO()
    with zipfile.ZipFile(b, "w") as z:
        for name, text in parts.items():
            z.writestr(name.replace("__", "/"), text)
    return b.getvalue()


def number(value, style=0, ref="A2"):
    return '<c r="%s" s="%d"><v>%s</v></c>' % (ref, style, value)


def shown(name, cell, text, **options):
    case("xlsx: " + name, xlsx([["text", "label"], [cell, "x"]], **options), [(text, "x")])


HEAD = ["text", "label"]
AB = [("a", "x"), ("b", "y")]

# ---- separators ----
for name, s in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")):
    case(name, "text%slabel\na%sx\nb%sy\n" % (s, s, s), AB, classify=True)
    case(name + ", all quoted", '"text"%s"label"\n"a"%s"x"\n"b"%s"y"\n' % (s, s, s), AB)
case("quotes in the header only", '"text";"label"\na;x\nb;y\n', AB)
case("sep=;", "sep=;\ntext;label\na;x\nb;y\n", AB, classify=True)
case("sep=, over semicolons in texts", "sep=,\r\ntext,label\r\na;b;c,x\r\n", [("a;b;c", "x")])
case('"sep=|"', '"sep=|"\ntext|label\na,b|x\n', [("a,b", "x")])
case("SEP=tab", "SEP=\t\ntext\tlabel\na\tx\n", [("a", "x")])
case("sep=^", "sep=^\ntext^label\na,b;c^x\n", [("a,b;c", "x")])
case("texts full of commas under semicolons", "text;label\nHello, you, there, sir;x\n1,2,3;y\n", [("Hello, you, there, sir", "x"), ("1,2,3", "y")])
case("decimal commas", "Betrag;text;label\n1,50;a;x\n2,75;b;y\n", AB)
case("a comma in a header under semicolons", "Amount, EUR;text;label\n1,50;a;x\n2,75;b;y\n", AB)
case("a quoted comma in a header under semicolons", '"Amount, EUR";"text";"label"\n"1,50";"a";"x"\n', [("a", "x")])
case("semicolons in quoted texts under commas", 'text,label\n"a; b; c",x\n"d; e",y\n', [("a; b; c", "x"), ("d; e", "y")])
case("a semicolon in a header under commas", '"text","note; long",label\na,,x\nb,,y\n', AB)
case("tabs with commas in the header", "text\tnote, long\tlabel\na, b\tn\tx\n", [("a, b", "x")])
case("a pipe in a header under commas", "text,a|b,label\na,1|2,x\n", [("a", "x")])
case("line breaks in quoted cells under semicolons", 'text;label\n"a;\r\nb\n""c""";x\n', [('a;\r\nb\n"c"', "x")])
case("one column without separator", "text\nhello, you; there\n", "no column for the label")
# ---- line ends ----
case("CR", "text,label\ra,x\rb,y\r", AB, classify=True)
case("CR, last line open", "text,label\ra,x\rb,y", AB)
case("CR LF", "text,label\r\na,x\r\nb,y\r\n", AB, classify=True)
case("LF header, CR rows", "text,label\na,x\rb,y\r", AB, classify=True)
case("CR: the line of a wrong label", "text,label\ra,x\rb,z\r", ":3: label 'z'", verbs="l")
case("CR: the line of a wrong row", "text,label\ra,x\rb,y,z\r", ":3: the row has 3 cells, the header 2")
case("CR LF in a cell: lines count", 'text,label\r\n"a\r\nb",x\r\nb,z\r\n', ":4: label 'z'", verbs="l")
case("CR JSON Lines", '{"text":"a","label":"x"}\r{"text":"b","label":"y"}\r', AB)
case("blank lines everywhere", "\n\ntext,label\n\na,x\n\n\nb,y\n\n", AB)
# ---- encodings ----
U = "text;label\nMüller – „Größe“ €;x\n"
WANT = [("Müller – „Größe“ €", "x")]
case("UTF-8 with a mark", b"\xef\xbb\xbf" + U.encode(), WANT, classify=True)
case("mark and quoted header", b'\xef\xbb\xbf"text";"label"\na;x\nb;y\n', AB)
case("UTF-16 LE with a mark", b"\xff\xfe" + U.encode("utf-16-le"), WANT, classify=True)
case("UTF-16 BE with a mark", b"\xfe\xff" + U.encode("utf-16-be"), WANT)
case("UTF-16 LE without a mark", U.encode("utf-16-le"), WANT, note="read as UTF-16LE")
case("UTF-16 BE without a mark", U.encode("utf-16-be"), WANT, note="read as UTF-16BE")
case("UTF-16 with tabs (Excel's Unicode text)", b"\xff\xfe" + "text\tlabel\r\na\tx\r\nb\ty\r\n".encode("utf-16-le"), AB)
case("UTF-16 JSON Lines", b"\xff\xfe" + '{"text":"ä","label":"x"}\n'.encode("utf-16-le"), [("ä", "x")])
case("UTF-32", b"\xff\xfe\0\0" + U.encode("utf-32-le"), WANT)
case("windows-1252", U.encode("cp1252"), WANT, note="read as windows-1252", classify=True)
case("latin1", "text,label\ncafé,x\nnaïve,y\n".encode("latin1"), [("café", "x"), ("naïve", "y")], note="read as windows-1252")
case("windows-1252, named", U.encode("cp1252"), WANT, ["--encoding", "cp1252"])
case("Macintosh with CR", "text;label\rGrüße;x\rÄrger;y\r".encode("mac_roman"), [("Grüße", "x"), ("Ärger", "y")], note="read as macintosh")
case("cp850, named", "text;label\nGrüße;x\n".encode("cp850"), [("Grüße", "x")], ["--encoding", "cp850"])
case("Shift JIS, named", "text,label\n問い合わせ,x\n".encode("shift_jis"), [("問い合わせ", "x")], ["--encoding", "shift_jis"])
case("cp1251, named", "text;label\nПривет;x\n".encode("cp1251"), [("Привет", "x")], ["--encoding", "windows-1251"])
case("an unknown encoding", "text,label\na,x\n", "unknown encoding 'klingon'", ["--encoding", "klingon"])
case("bytes that the named encoding lacks", b"text,label\na,x\nb\x81,y\n", ":3: the line holds bytes that are not cp1252", ["--encoding", "cp1252"])
case("UTF-8 with one broken byte", "text,label\nä,x\nö,y\n".encode() + b"b\xe9,x\n", ":4: byte 2 of the line is not well-formed UTF-8")
case("UTF-16 that is cut", b"\xff\xfe" + "text,label\na,x\n".encode("utf-16-le") + b"b", "bytes that are not UTF-16")
case("a NUL", b"text,label\na\0b,x\n", ":2: byte 2 of the line is a NUL")
# ---- cells ----
case("words that look like nothing", "text,label\na,N/A\nb,None\nc,null\nd,007\ne,TRUE\nf,no\n",
     [("a", "N/A"), ("b", "None"), ("c", "null"), ("d", "007"), ("e", "TRUE"), ("f", "no")])
case("texts that look like nothing", "text,label\nN/A,x\nNULL,x\n007,x\n1e5,x\n=1+1,x\n",
     [("N/A", "x"), ("NULL", "x"), ("007", "x"), ("1e5", "x"), ("=1+1", "x")])
case("doubled quotes", 'text,label\n"say ""hi""",x\n', [('say "hi"', "x")])
case("a bare quote", 'text,label\na,x\nthe 5" pipe,y\n', ":3: the row that begins here: a cell holds a quote that is not doubled")
case("JSON in a bare cell", 'text,label,data\na,x,{"k":1}\n', "a cell holds a quote that is not doubled")
case("text behind a quoted cell", 'text,label\n"a"b,x\n', "a cell holds a quote that is not doubled")
case("a quote that has no end", 'text,label\na,x\n"b,y\nc,x\n', ":3: the row that begins here: a quoted cell has no end")
case("blanks around cells", "text , label\n  a , x \n b,y\n", AB)
case("kept blanks in quotes", 'text,label\n" a ",x\n', [(" a ", "x")])
case("empty columns at the end", "text,label,,\na,x,,\nb,y,,\n", AB)
case("empty columns at the end, of some rows", "text,label,,\na,x\nb,y,,\n", AB)
case("empty rows at the end", "text;label\na;x\nb;y\n;\n;\n", AB, classify=True)
case("empty quoted rows", 'text,label\na,x\n"",""\nb,y\n', AB)
case("text under no name", "text,label\na,x,c\n", ":2: the row has 3 cells, the header 2; put text with commas")
case("too few cells", "text;note;label\na;n;x\nb\n", ":3: the row has 1 cell, the header 3; put text with semicolons")
case("a header and no rows", "text,label\n", "no ")
case("an empty file", b"", "")
case("only blanks", b" \n\n", "")
# ---- columns ----
case("case and blanks of names", "  TEXT ;Label\na;x\nb;y\n", AB, classify=True)
case("common other names", "Ticket No;Body;Category\n7;a;x\n8;b;y\n", AB, note="the text is 'Body'")
case("two other names", "Body;Description;label\na;b;x\n", "both be the text")
case("two texts", "text,label,Text\na,x,b\n", "column 'text' appears twice")
case("a name of a wide form", "ｔｅｘｔ,label\na,x\nb,y\n", AB)
case("names given in another case", "Subject;E-Mail Text;Kind\nS;a;x\n", [("S\n\na", "x")], ["--text", "subject,e-mail text", "--label", "KIND"])
case("an empty part is left out", "Subject;Body;label\n;a;x\nS;;y\n", [("a", "x"), ("S", "y")], ["--text", "Subject,Body"])
case("a name with a comma", '"Subject, short",Body,label\nS,a,x\n', [("S\n\na", "x")], ["--text", "Subject, short,Body"])
case("a name with a comma alone", '"Subject, short",Body,label\nS,a,x\n', [("S", "x")], ["--text", "Subject, short"])
case("the order that is given", "Subject;Body;label\nS;a;x\n", [("a\n\nS", "x")], ["--text", "Body", "--text", "Subject"])
case("a name that is missing", "Subject;Body;label\nS;a;x\n", "no column 'Bodi' for --text; the columns are 'Subject', 'Body', 'label'; did you mean 'Body'?", ["--text", "Bodi"])
case("no name for the label", "text,kind\na,x\n", "no column for the label; name one of 'text', 'kind'")
case("columns without a name", ",text,,label\n1,a,2,x\n,b,,y\n", AB)
case("two columns nobody asks for", "n,n,text,label\n1,2,a,x\n", [("a", "x")])
case("an Umlaut in another Unicode form", "text,Gro\u0308ße\na,x\nb,y\n", AB, ["--label", "größe"])
# ---- JSON Lines ----
case("JSON: names in another case", '{"Text":"a","LABEL":"x"}\n{"Text":"b","LABEL":"y"}\n', AB, verbs="l")
case("JSON: paths", '{"data":{"q":"a"},"ann":[{"v":"x"}]}\n', [("a", "x")], ["--text", "data.q", "--label", "ann.0.v"])
case("JSON: joined", '{"s":"S","b":"a","l":"x"}\n', [("S\n\na", "x")], ["--text", "s,b", "--label", "l"], verbs="l")
case("JSON: half a character", '{"text":"a","label":"x"}\n{"text":"cut \\ud83d","label":"y"}\n', ":2: column 20: a text holds half of a character that was cut (\\uD83D); remove it", verbs="l")
case("JSON: half a character as bytes", b'{"text":"a","label":"x"}\n{"text":"cut \xed\xa0\xbd","label":"y"}\n', ":2: byte 14 of the line is half of a character that was cut; remove it", verbs="l")
case("half a character as bytes", b"text,label\na \xed\xa0\xbd,x\n", ":2: byte 3 of the line is half of a character that was cut; remove it")
case("JSON: windows-1252", '{"text":"café","label":"x"}\n'.encode("cp1252"), [("café", "x")], note="read as windows-1252")
case("JSON under the name of a table", '{"text":"a","label":"x"}\n', [("a", "x")])
# ---- files that are something else ----
for name, data, words in (
        ("Parquet", b"PAR1\x15\x04\x15\0PAR1", "a Parquet file"), ("gzip", b"\x1f\x8b\x08\0rest", "gzip-compressed; unpack it first"),
        ("xz", b"\xfd7zXZ\0\0", "xz-compressed"), ("zstd", b"\x28\xb5\x2f\xfd\0", "zstd-compressed"), ("bzip2", b"BZh91AY&SY\0", "bzip2-compressed"),
        ("an old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an old Excel workbook (.xls)"), ("a PDF", b"%PDF-1.7\n\0", "a PDF"),
        ("HTML under .xls", b"\r\n<HTML><body><table>", "an HTML page"), ("XML", b"<?xml version='1.0'?><a/>", "an XML file"),
        ("SQLite", b"SQLite format 3\0\0", "an SQLite database"), ("RTF", b"{\\rtf1 a}", "an RTF document"), ("a PNG", b"\x89PNG\r\n\x1a\n\0", "a PNG image"),
        ("a model", b"GGUF\x03\0\0\0", "a model, not a file of tickets"), ("Arrow", b"ARROW1\0\0", "an Arrow file"),
        ("a pointer of Git LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "a pointer of Git LFS, not the file itself"),
        (".ods", archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument spreadsheet"),
        (".numbers", archive(Index__Document_iwa="x").replace(b"Document_iwa", b"Document.iwa"), "an Apple Numbers"),
        ("a ZIP archive", archive(tickets_csv="text,label\n"), "a ZIP archive; unpack it first"),
        (".xlsb", xlsx([], drop=("xl/workbook.xml",), parts={"xl/workbook.bin": "x", "_rels/.rels": rels(("a", "officeDocument", "xl/workbook.bin"))}), "a binary Excel workbook"),
        ("a Word document", xlsx([], drop=("xl/workbook.xml",), parts={"word/document.xml": "<w/>", "_rels/.rels": rels(("a", "officeDocument", "word/document.xml"))}), "a Word document"),
        ("a workbook that is cut", xlsx([HEAD])[:200], "damaged workbook or ZIP"),
        ("a workbook without its links", xlsx([HEAD], drop=("_rels/.rels",)), "a damaged Excel workbook")):
    case("file: " + name, data, words)
case("a column called ORC", "ORC,text,label\n1,a,x\n", [("a", "x")])
# ---- workbooks ----
case("xlsx: inline strings", xlsx([HEAD, ["a", "x"], ["b", "y"]]), AB, classify=True)
case("xlsx: shared strings", xlsx([['<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>'], ['<c r="A2" t="s"><v>2</v></c>', '<c r="B2" t="s"><v>3</v></c>']],
                                  strings=["<t>text</t>", "<t>label</t>", "<t>a</t>", "<t>x</t>"]), [("a", "x")])
shown("rich text", '<c r="A2" t="s"><v>0</v></c>', "big small", strings=["<r><rPr><b/></rPr><t>big</t></r><r><t xml:space='preserve'> small</t></r><rPh><t>no</t></rPh>"])
shown("blanks that are kept", '<c r="A2" t="s"><v>0</v></c>', "  a ", strings=["<t xml:space='preserve'>  a </t>"])
shown("a line break and an escape", '<c r="A2" t="s"><v>0</v></c>', "a\r\nb_x", strings=["<t>a_x000D_\nb_x005F_x</t>"])
shown("a whole number", number("4711"), "4711")
shown("a long whole number", number("123456789012345678901"), "123456789012345678901")
shown("a whole number with an exponent", number("1.2E3"), "1200")
shown("a number with a point", number("0.30000000000000004"), "0.3")
shown("leading zeros by format", number("1234", 1), "01234", formats=((165, "00000"),), xfs=(0, 165))
shown("a date", number("45356", 1), "2024-03-05", xfs=(0, 14))
shown("a date and time", number("45356.604166666664", 1), "2024-03-05T14:30:00", xfs=(0, 22))
shown("a time", number("0.5", 1), "12:00:00", xfs=(0, 20))
shown("a date by a format of its own", number("45356", 1), "2024-03-05", formats=((164, "[$-407]d\\. mmmm yyyy;@"),), xfs=(0, 164))
shown("a duration", number("1.5", 1), "36:00:00", formats=((164, "[h]:mm"),), xfs=(0, 164))
shown("days from 1904", number("43894", 1), "2024-03-05", xfs=(0, 14), props='<workbookPr date1904="1"/>')
shown("an amount is no date", number("45356.5", 1), "45356.5", formats=((164, "#,##0.00 &quot;days&quot;"),), xfs=(0, 164))
shown("an ISO date cell", '<c r="A2" t="d"><v>2024-03-05</v></c>', "2024-03-05")
shown("true", '<c r="A2" t="b"><v>1</v></c>', "TRUE")
shown("an error", '<c r="A2" t="e"><v>#N/A</v></c>', "#N/A")
shown("a formula's result", '<c r="A2" t="str"><f>B2&amp;"!"</f><v>a &amp; b</v></c>', "a & b")
case("xlsx: hidden rows stay", xlsx([HEAD, '<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>']), [("a", "x")])
case("xlsx: cells that are left out", xlsx([["text", "note", "label"], ["a", "", "x"], ["b", "n", "y"]]), AB)
case("xlsx: rows and cells without references", xlsx(['<row><c t="inlineStr"><is><t>text</t></is></c><c t="inlineStr"><is><t>label</t></is></c></row>',
                                                     '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>x</t></is></c></row>']), [("a", "x")])
case("xlsx: it begins lower and further right", xlsx(["<row r='1'/>", ["", "text", "label"], ["", "a", "x"]]), [("a", "x")])
case("xlsx: the first visible sheet", xlsx([["no"]], sheets='<sheet name="H" sheetId="1" state="hidden" r:id="r1"/><sheet name="V" sheetId="2" r:id="r2"/>', more=[[HEAD, ["a", "x"]]]), [("a", "x")])
TWO = xlsx([["no"]], sheets='<sheet name="One" sheetId="1" r:id="r1"/><sheet name="Two &amp; more" sheetId="2" r:id="r2"/>', more=[[HEAD, ["a", "x"]]])
case("xlsx: a sheet by name", TWO, [("a", "x")], ["--sheet", "Two & more"])
case("xlsx: no such sheet", TWO, "there is no sheet 'Three'; the sheets are 'One', 'Two & more'", ["--sheet", "Three"])
case("xlsx: the sheet is told", xlsx([HEAD, ["a", "x"]], sheets='<sheet name="One" sheetId="1" r:id="r1"/><sheet name="Two" sheetId="2" r:id="r2"/>', more=[[HEAD]]), [("a", "x")], note="sheet 'One' of 2")
case("xlsx: with a prefix of names", xlsx([], parts={"xl/worksheets/sheet1.xml":
     '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="str"><x:v>text</x:v></x:c><x:c t="str"><x:v>label</x:v></x:c></x:row><x:row><x:c t="str"><x:v>a</x:v></x:c><x:c t="str"><x:v>x</x:v></x:c></x:row></x:sheetData></x:worksheet>'}), [("a", "x")])
case("xlsx: the line of a wrong label", xlsx([HEAD, ["a", "x"], '<row r="9"><c r="A9" t="str"><v>b</v></c><c r="B9" t="str"><v>z</v></c></row>']), ":9: label 'z'", verbs="l")
case("xlsx: entities are refused", xlsx([], parts={"xl/worksheets/sheet1.xml": '<!DOCTYPE w [<!ENTITY e "boom">]><worksheet><sheetData><row><c t="str"><v>&e;</v></c></row></sheetData></worksheet>'}), "declares a document type")
case("xlsx: external entities are refused", xlsx([], parts={"xl/workbook.xml": '<!DOCTYPE w SYSTEM "file:///etc/passwd"><workbook/>'}), "declares a document type")
case("xlsx: broken XML", xlsx([], parts={"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}), "is not well-formed XML")
case("xlsx: too deep", xlsx([], parts={"xl/worksheets/sheet1.xml": "<a>" * 100 + "</a>" * 100}), "nests its elements too deeply")
case("xlsx: a string that is not there", xlsx([HEAD, ['<c r="A2" t="s"><v>5</v></c>', "x"]], strings=["<t>a</t>"]), ":2: a cell has no text that can be read")
case("xlsx: one tag of 2 MiB", xlsx([], parts={"xl/worksheets/sheet1.xml": '<a b="%s"/>' % ("c" * (2 << 20))}), "holds a tag of more than 1 MiB")


def ask(*args, data=None):
    p = subprocess.run([TOEHOLD, *args], input=data, capture_output=True, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def tickets_of(text):
    return [(t["text"], t["label"]) for t in map(json.loads, text.splitlines())]


def check(found, want, note):
    code, out, err = found
    if isinstance(want, str):
        if code not in (2, 3) or want not in err:
            return "exit %d, %r; wanted a message with %r" % (code, err or out, want)
    elif code != 0:
        return "exit %d, %r" % (code, err)
    elif tickets_of(out) != want:
        return "tickets %r; wanted %r" % (tickets_of(out), want)
    elif note and note not in err:
        return "it does not say %r: %r" % (note, err)
    elif not note and "read as" in err:
        return "it says %r" % err
    return None


def by_import(name, data, want, args, note):
    open("odd", "wb").write(data)
    return check(ask("import", "odd", *args), want, note)


def by_learn(name, data, want, args, note):
    open("odd", "wb").write(data)
    if os.path.exists("learnt.jsonl"):
        os.remove("learnt.jsonl")
    code, out, err = ask("learn", "job.yaml", "odd", "--to", "learnt.jsonl", *args)
    learnt = open("learnt.jsonl").read() if os.path.exists("learnt.jsonl") else ""
    return check((code, learnt, err), want, note)


def by_classify(name, data, want, args, note):
    open("odd", "wb").write(data)
    code, out, err = ask("classify", "odd", "--run", sys.argv[2], "--label-only", "--with-text", *args)
    texts = [json.loads(line)["text"] for line in out.splitlines()]
    if code != 0 or texts != [text for text, _ in want]:
        return "exit %d, texts %r, %r" % (code, texts, err)
    return None if not note or note in err else "it does not say %r: %r" % (note, err)


failed = n = 0
for name, data, want, args, note, verbs, classify in CASES:
    readers = [by_classify] if len(sys.argv) > 2 and classify else [] if len(sys.argv) > 2 else [{"i": by_import, "l": by_learn}[v] for v in verbs]
    for read in readers:
        n += 1
        wrong = read(name, data, want, args, note)
        if wrong:
            failed += 1
            print("%s, %s: %s" % (name, read.__name__, wrong))
print("%d cases, %d readings, %d wrong" % (len(CASES), n, failed))
sys.exit(failed > 0)
