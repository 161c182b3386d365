/*
 * SQL from row tables. Decides how a column type is declared. Must not know SQLite's interface.
 */
#include "store/schema.h"

static const char *const text_table =
	"CREATE TABLE \"text\" (\n"
	"\tid INTEGER PRIMARY KEY,\n"
	"\tsalt BLOB, -- random; removed with the body by a purge\n"
	"\thash TEXT NOT NULL, -- sha256 of salt and body: what the chain holds\n"
	"\tbody BLOB\n"
	") STRICT;\n";

static const char *const head_table =
	"CREATE TABLE \"head\" (\n"
	"\tid INTEGER PRIMARY KEY CHECK (id = 1),\n"
	"\tseq INTEGER NOT NULL, -- of the newest row of all tables, 0 if there is none\n"
	"\thash TEXT NOT NULL\n"
	") STRICT;\n"
	"INSERT INTO \"head\" VALUES (1, 0, printf('%064d', 0));\n";

/*
 * For people who ask in SQL: a row a reply, with names and texts in place of numbers. toehold reads
 * no view. RULE: the last pass of a candidate over a slice counts, as in flow/open/load.c.
 */
static const char *const reply_view =
	"CREATE VIEW \"reply\" AS\n"
	"SELECT run.name AS run, c.name AS candidate, p.way,\n"
	"\tCASE rs.role WHEN 0 THEN 'ordinary' WHEN 1 THEN 'harder' ELSE 'pool' END AS role,\n"
	"\tt.id, t.lang, CAST(tt.body AS TEXT) AS text, t.label AS gold,\n"
	"\tCASE WHEN a.label >= 0 THEN json_extract(p.labels_json, '$[' || a.label || '].name')\n"
	"\t\tEND AS label,\n"
	"\tCASE WHEN a.label >= 0 AND a.outcome = 'ok'\n"
	"\t\tTHEN json_extract(p.labels_json, '$[' || a.label || '].name') = t.label\n"
	"\t\tELSE 0 END AS is_right,\n"
	"\ta.outcome, a.detail, a.prompt_tok, nullif(a.ttft_us, -1) AS ttft_us,\n"
	"\tnullif(a.label_us, -1) AS label_us, CAST(at.body AS TEXT) AS raw,\n"
	"\tCAST(rt.body AS TEXT) AS rationale, r.outcome AS reason_outcome, r.reason_tok\n"
	"FROM candidate c\n"
	"JOIN run ON run.id = c.run_id\n"
	"JOIN pass p ON p.id = c.pass_id\n"
	"JOIN run_slice rs ON rs.run_id = c.run_id AND rs.slice_sha256 = p.slice_sha256\n"
	"JOIN slice s ON s.sha256 = p.slice_sha256\n"
	"JOIN answer a ON a.pass_id = p.id\n"
	"JOIN ticket t ON t.slice_id = s.id AND t.ord = a.ticket\n"
	"LEFT JOIN reason r ON r.pass_id = p.id AND r.ticket = a.ticket\n"
	"LEFT JOIN \"text\" tt ON tt.id = t.text_id\n"
	"LEFT JOIN \"text\" at ON at.id = a.raw_id\n"
	"LEFT JOIN \"text\" rt ON rt.id = r.rationale_id\n"
	"WHERE NOT EXISTS (SELECT 1 FROM candidate n JOIN pass np ON np.id = n.pass_id\n"
	"\tWHERE n.run_id = c.run_id AND n.name = c.name AND n.path IS c.path\n"
	"\tAND np.slice_sha256 = p.slice_sha256 AND n.id > c.id);\n";

static const char *schema_column_declaration(enum col_type type)
{
	switch (type) {
	case COL_I64:
	case COL_INT:
	case COL_SIZE:
	case COL_BOOL:
		return "INTEGER NOT NULL";
	case COL_REAL:
		return "REAL NOT NULL";
	case COL_WORD:
	case COL_NAME:
		return "TEXT";
	case COL_CHARS:
	case COL_NAME_NOT_NULL:
		return "TEXT NOT NULL";
	case COL_PROBS:
		return "BLOB";
	case COL_TEXT:
	case COL_BYTES:
		return "INTEGER REFERENCES \"text\" (id)";
	}
	return "";
}

void schema_add_name(struct buf *out, const struct column *c)
{
	buf_addf(out, "\"%s%s\"", row_column_name(c), row_is_private(c) ? "_id" : "");
}

static void schema_create_table(struct buf *out, const struct row_type *type)
{
	buf_addf(out,
		 "CREATE TABLE \"%s\" (\n"
		 "\tseq INTEGER PRIMARY KEY, -- place in the chain, over all tables\n"
		 "\thash TEXT NOT NULL,\n",
		 type->table);
	for (size_t i = 0; i < type->n_columns; i++) {
		const struct column *c = &type->columns[i];

		buf_adds(out, "\t");
		schema_add_name(out, c);
		buf_addf(out, " %s,\n", schema_column_declaration(c->type));
	}
	buf_addf(out, "\t%s\n) STRICT;\n", type->constraints);
}

void schema_create(struct buf *out)
{
	buf_addf(out, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n", STORE_APP_ID,
		 STORE_SCHEMA);
	buf_adds(out, text_table);
	buf_adds(out, head_table);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		schema_create_table(out, &row_types[kind]);
	buf_adds(out, reply_view);
}

void schema_insert(struct buf *out, const struct row_type *type)
{
	buf_addf(out, "INSERT INTO \"%s\" (seq, hash", type->table);
	for (size_t i = 0; i < type->n_columns; i++) {
		buf_adds(out, ", ");
		schema_add_name(out, &type->columns[i]);
	}
	buf_adds(out, ") VALUES (?, ?");
	for (size_t i = 0; i < type->n_columns; i++)
		buf_adds(out, ", ?");
	buf_adds(out, ")");
}

static void schema_join_texts(struct buf *out, const struct row_type *type)
{
	for (size_t i = 0; i < type->n_columns; i++) {
		if (!row_is_private(&type->columns[i]))
			continue;
		buf_addf(out, " LEFT JOIN \"text\" t%zu ON t%zu.id = r.", i, i);
		schema_add_name(out, &type->columns[i]);
	}
}

void schema_select(struct buf *out, const char *before, const struct row_type *type,
		   enum store_texts texts, const char *tail)
{
	const char *comma = "";

	buf_addf(out, "SELECT %s", before);
	for (size_t i = 0; i < type->n_columns; i++) {
		const struct column *c = &type->columns[i];

		if (row_is_private(c) && texts == STORE_NO_TEXTS)
			continue;
		buf_adds(out, comma);
		comma = ", ";
		if (row_is_private(c)) {
			buf_addf(out, "t%zu.salt, t%zu.hash, t%zu.body", i, i, i);
		} else {
			buf_adds(out, "r.");
			schema_add_name(out, c);
		}
	}
	buf_addf(out, " FROM \"%s\" r", type->table);
	if (texts == STORE_TEXTS)
		schema_join_texts(out, type);
	buf_addf(out, " %s", tail);
}
