/*
 * Heads on the page, from what a run keeps of them: the learning curve, and ways side by side.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/sections.h"
#include "report/ways.h"

enum { BASE, PLAIN, ALL, FEW, OTHER, N };

#define FIT(right, tickets, rights, more) \
	"\"fit\":{\"solver\":\"s\",\"c\":1.0,\"folds\":5,\"seed\":1,\"calibration\":\"c\"," \
	"\"held_out_right\":" #right ",\"held_out_log_loss\":0.5,\"curve_tickets\":" tickets \
	",\"curve_right\":" rights more "}}"
#define RECORD(name, n, left_out, fit) \
	"{\"name\":\"" name "\",\"base\":\"small\",\"base_sha256\":\"b\",\"made_us\":1," \
	"\"tickets\":" #n ",\"refused\":" #left_out "," fit

static const char all_json[] =
	RECORD("all", 200, 3,
	       FIT(180, "[25,50,100,160]", "[100,140,170,180]",
		   ",\"outlook\":{\"more\":50,\"gain\":0.02,\"low\":0.01,\"high\":0.03}"));
static const char few_json[] = RECORD("few", 50, 0, FIT(25, "[25,40]", "[20,25]", ""));

struct made {
	struct arena a;
	struct run_row run;
	struct candidate_row rows[N];
	struct candidate_result candidates[N];
	struct contender contenders[N];
	struct verdict verdicts[N];
	struct result r;
	struct overview overview;
	struct page page;
	char *text;
	size_t len;
};

static void add(struct made *m, size_t at, const char *label, const char *name, size_t right)
{
	m->rows[at] = (struct candidate_row){ .label = label,
					      .name = name,
					      .engine = at == BASE ? ENGINE_BASELINE : ENGINE_LLAMA,
					      .head_json = "",
					      .refused = "" };
	m->candidates[at] = (struct candidate_result){
		.row = &m->rows[at],
		.short_name = name,
		.baseline = at == BASE,
		.n_slices = 1,
		.score = { .n_right = right, .n = 25, .n_tickets = 25 }
	};
	m->contenders[at] = (struct contender){ .name = name, .score = { right, 25 } };
	m->verdicts[at].kind = VERDICT_NOT_ENOUGH;
}

static void make(struct made *m)
{
	*m = (struct made){ 0 };
	add(m, BASE, "baseline majority", "baseline majority", 5);
	add(m, PLAIN, "small", "small plain", 10);
	add(m, ALL, "small", "small tuned all", 20);
	add(m, FEW, "small", "small tuned few", 15);
	add(m, OTHER, "large", "large plain", 25);
	m->rows[ALL].head_json = all_json;
	m->rows[FEW].head_json = few_json;
	m->r = (struct result){ .run = &m->run,
				.candidates = m->candidates,
				.n = N,
				.n_slices = 1,
				.n_ordinary = 25,
				.n_tickets = 25,
				.standard = { .bar = 0.9 },
				.contenders = m->contenders,
				.decision = { .pick = OTHER, .verdicts = m->verdicts } };
	m->overview = (struct overview){ .cards = { { .candidate = OTHER } }, .n_cards = 1 };
	m->page = (struct page){ .a = &m->a, .r = &m->r, .shown = OTHER };
	m->page.overview = &m->overview;
	m->page.out = open_memstream(&m->text, &m->len);
	assert_non_null(m->page.out);
}

/* What was written so far. */
static const char *text_of(struct made *m)
{
	fflush(m->page.out);
	return m->text;
}

static void drop(struct made *m)
{
	fclose(m->page.out);
	free(m->text);
	arena_release(&m->a);
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
		n++;
	return n;
}

/* The places of all shapes that follow `before` at once: "<svg x="12.34%" y="56.7" …>SHAPE". */
static size_t places(const char *text, const char *shape, double *xs, double *ys, size_t most)
{
	size_t n = 0;

	for (const char *p = text; n < most && (p = strstr(p, "<svg x=\"")); p++) {
		int end = 0;

		if (sscanf(p, "<svg x=\"%lf%%\" y=\"%lf\" width=\"1\" height=\"1\">%n", &xs[n],
			   &ys[n], &end) == 2 &&
		    end > 0 && strncmp(p + end, shape, strlen(shape)) == 0)
			n++;
	}
	return n;
}

static void heads_are_those_on_record(void **state)
{
	struct tuned_head *heads;
	struct made m;

	(void)state;
	make(&m);
	m.rows[OTHER].head_json = "{\"name\":\"half a record\"";
	m.rows[PLAIN].head_json = NULL;
	assert_int_equal(tuned_heads_of(&m.a, &m.r, &heads), 2);
	assert_int_equal(heads[0].candidate, ALL);
	assert_string_equal(heads[0].model, "small");
	assert_string_equal(heads[1].way, "tuned few");
	assert_string_equal(
		head_words_learnt(&m.a, &heads[0].record),
		"learnt from 200 tickets (3 more left out: too similar to tickets under "
		"test); held out 180 of 200 right (90%, 95% interval 85 to 93%)");
	assert_string_equal(head_words_curve(&m.a, &heads[1].record),
			    "25 tickets: 40%, 40 tickets: 50%");
	assert_string_equal(head_words_outlook(&m.a, &heads[0].record),
			    "50 more labels would help: about +2.0 points (90% sure: +1.0 to "
			    "+3.0).");
	assert_non_null(strstr(head_words_outlook(&m.a, &heads[1].record), "has no record"));
	heads[1].record.quality.n_curve = 1;
	assert_non_null(strstr(head_words_outlook(&m.a, &heads[1].record), "Too few tickets"));
	drop(&m);
}

/* A dot a point, from left to right, higher where more is right; the head itself above them all. */
static void points_stand_where_they_belong(void **state)
{
	double xs[8], ys[8], own_x, own_y;
	struct tuned_head *heads;
	const char *text;
	struct made m;

	(void)state;
	make(&m);
	assert_int_equal(tuned_heads_of(&m.a, &m.r, &heads), 2);
	chart_learning(&m.page, heads, 1);
	text = text_of(&m);
	/* The fifth and last is that of the legend. */
	assert_int_equal(places(text, "<circle class=\"count\"", xs, ys, 8), 5);
	assert_int_equal(count(text, "<line class=\"line\""), 3 + 1);
	assert_int_equal(count(text, "<path class=\"whisker\""), 4 + 1);
	assert_int_equal(count(text, "<path class=\"whisker own\""), 1);
	/* Twice as many tickets are as far apart, wherever that is. */
	assert_true(xs[0] > 10 && xs[1] > xs[0]);
	assert_true(fabs((xs[2] - xs[1]) - (xs[1] - xs[0])) < 0.02);
	/* 100, 140, 170 and 180 of 200. */
	assert_true(fabs((ys[0] - ys[1]) / 40 - (ys[1] - ys[2]) / 30) < 0.02);
	assert_true(ys[3] < ys[2]);
	/* All 200 tickets, 20 of 25 right: between 70% and 85%. */
	assert_int_equal(places(text, "<circle class=\"dot\"", &own_x, &own_y, 1), 1);
	assert_true(own_x > xs[3] && own_x < 95);
	assert_true(own_y < ys[1] && own_y > ys[2]);
	/* The bar is at 90%, as high as the last point. */
	assert_non_null(strstr(
		text, arena_printf(&m.a, "<line class=\"bar\" x1=\"7.00%%\" y1=\"%.1f\"", ys[3])));
	assert_int_equal(count(text, "role=\"img\""), count(text, "<desc>"));
	assert_non_null(strstr(text, "<desc>3 small tuned all, held out, learnt from 25 tickets: "
				     "50%, 50 tickets: 70%, 100 tickets: 85%, 160 tickets: 90%. "
				     "On this run&#39;s tickets: 20 of 25 right (80%).</desc>"));
	drop(&m);
}

static void several_heads_can_be_told_apart(void **state)
{
	struct tuned_head *heads;
	const char *text;
	struct made m;

	(void)state;
	make(&m);
	m.verdicts[FEW].kind = VERDICT_NONE; /* it did not run: only the curve is left */
	assert_int_equal(tuned_heads_of(&m.a, &m.r, &heads), 2);
	chart_learning(&m.page, heads, 2);
	text = text_of(&m);
	assert_int_equal(count(text, "class=\"line dash\""), 1 + 1);
	assert_int_equal(count(text, "<path class=\"whisker own\""), 1);
	assert_non_null(strstr(text, ">3</text>"));
	assert_non_null(strstr(text, ">4</text>"));
	assert_non_null(strstr(text, "4 small tuned few, on training tickets held out"));
	drop(&m);
}

static void one_figure_for_all(void **state)
{
	const char *text;
	struct made m;

	(void)state;
	make(&m);
	m.rows[OTHER].head_json = few_json;
	m.rows[OTHER].name = m.candidates[OTHER].short_name = "large tuned";
	m.rows[BASE].head_json = all_json;
	m.rows[BASE].name = m.candidates[BASE].short_name = "baseline words";
	assert_true(page_has_heads(&m.page));
	page_heads(&m.page);
	text = text_of(&m);
	assert_int_equal(count(text, "<figure>"), 1);
	assert_int_equal(count(text, "<title>Learning curves</title>"), 1);
	assert_non_null(strstr(text, "1 baseline words, on training tickets held out"));
	assert_non_null(strstr(text, "5 large tuned, on training tickets held out"));
	assert_non_null(strstr(text, "a baseline, on this run&#39;s tickets"));
	/* Four kinds of line, so that they differ without colour; each also in the legend. */
	assert_int_equal(count(text, "class=\"line\""), 3 + 1);
	assert_int_equal(count(text, "class=\"line dash\""), 3 + 1);
	assert_int_equal(count(text, "class=\"line dots\""), 1 + 1);
	assert_int_equal(count(text, "class=\"line mixed\""), 1 + 1);
	/* 4, 4, 2 and 2 points, and all four on the run's tickets. */
	assert_int_equal(count(text, "<td>held out</td>"), 12);
	assert_int_equal(count(text, "<td>this run&#39;s tickets</td>"), 4);
	for (size_t i = 0; i < N; i++)
		m.rows[i].head_json = "";
	assert_false(page_has_heads(&m.page));
	drop(&m);
}

static void names_are_dead(void **state)
{
	static const char bad[] = "</desc><script>alert(1)</script>\" onload=\"x\xe2\x80\xae";
	const char *text;
	struct made m;

	(void)state;
	make(&m);
	for (size_t i = PLAIN; i < N; i++) {
		m.rows[i].name = arena_printf(&m.a, "%s%s", bad, m.rows[i].name + 5);
		m.candidates[i].short_name = m.rows[i].name;
		m.rows[i].label = bad;
	}
	assert_true(page_has_ways(&m.page));
	page_ways(&m.page);
	page_heads(&m.page);
	text = text_of(&m);
	assert_int_equal(count(text, "<script"), 0);
	assert_int_equal(count(text, "\" onload"), 0);
	assert_int_equal(count(text, "\xe2\x80\xae"), 0);
	assert_true(count(text, "&lt;script&gt;alert(1)") >= 4);
	drop(&m);
}

static const char *cell(const struct table *t, size_t row, size_t column)
{
	return t->cells[row * t->n_columns + column].text;
}

static void ways_stand_side_by_side(void **state)
{
	struct table t;
	struct made m;

	(void)state;
	make(&m);
	/* Not in the order of the columns: examples come before tuned, named heads at the end. */
	m.rows[OTHER].name = "large tuned";
	assert_true(ways_table(&m.a, &m.r, &t));
	assert_int_equal(t.n_columns, 1 + 4);
	assert_int_equal(t.n_cells, (1 + 2 + 1) * t.n_columns);
	assert_string_equal(cell(&t, 0, 1), "plain");
	assert_string_equal(cell(&t, 0, 2), "tuned");
	assert_string_equal(cell(&t, 0, 3), "tuned all");
	assert_string_equal(cell(&t, 0, 4), "tuned few");
	assert_string_equal(cell(&t, 1, 1), "10/25 (40%)");
	assert_string_equal(cell(&t, 2, 1), "");
	assert_string_equal(cell(&t, 2, 2), "25/25 (100%)");
	assert_true(t.cells[2 * t.n_columns + 2].strong);
	/* A baseline has no way: it stands once, below the models. */
	assert_string_equal(cell(&t, 3, 0), "baseline majority");
	assert_string_equal(cell(&t, 3, 1), "5/25 (20%)");
	m.candidates[FEW].not_measured = "it learnt from these tickets";
	m.candidates[FEW].score.n = 0;
	assert_true(ways_table(&m.a, &m.r, &t));
	assert_string_equal(cell(&t, 1, 4), "not measured");
	drop(&m);
}

static void one_way_each_is_nothing_to_put_beside(void **state)
{
	const char *model, *way;
	struct made m;
	struct table t;

	(void)state;
	make(&m);
	/* Two files of one label are two models. */
	m.rows[PLAIN].name = "small #1 plain";
	m.rows[ALL].name = "small #2 plain";
	m.rows[FEW].label = "a plain one";
	m.rows[FEW].name = "a plain one tuned";
	m.rows[OTHER].label = "small";
	m.rows[OTHER].name = "small #2 tuned";
	assert_true(ways_table(&m.a, &m.r, &t));
	assert_int_equal(t.n_cells, (1 + 3 + 1) * t.n_columns);
	m.rows[OTHER].name = "small #3 tuned";
	assert_false(ways_table(&m.a, &m.r, &t));
	assert_false(page_has_ways(&m.page));
	ways_write_text(&m.a, &m.r, m.page.out);
	assert_string_equal(text_of(&m), "");
	ways_split(&m.a, &m.rows[ALL], &model, &way);
	assert_string_equal(model, "small #2");
	assert_string_equal(way, "plain");
	ways_split(&m.a, &m.rows[FEW], &model, &way);
	assert_string_equal(model, "a plain one");
	ways_split(&m.a, &m.rows[BASE], &model, &way);
	assert_string_equal(model, "baseline majority");
	assert_string_equal(way, "");
	drop(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_those_on_record),
		cmocka_unit_test(points_stand_where_they_belong),
		cmocka_unit_test(several_heads_can_be_told_apart),
		cmocka_unit_test(one_figure_for_all),
		cmocka_unit_test(names_are_dead),
		cmocka_unit_test(ways_stand_side_by_side),
		cmocka_unit_test(one_way_each_is_nothing_to_put_beside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
