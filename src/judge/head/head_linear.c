/*
 * One solution: L2-regularised logistic regression by liblinear, one label against the rest. The
 * primal solver (trust region Newton) draws no random numbers, so equal data give equal weights.
 */
#include <linear.h>
#include <math.h>
#include <string.h>

#include "judge/head/head_parts.h"

/* Score of a label without rows, while heads are compared: below all others. */
static const double NEVER = -5;

static void linear_say_nothing(const char *text)
{
	(void)text;
}

/* Mean and spread of each feature; a feature that never changes gets the scale 0. */
static void linear_measure(struct linear *l)
{
	size_t n_embd = l->data->n_embd;

	for (size_t j = 0; j < n_embd; j++) {
		double sum = 0, squares = 0, spread;

		for (size_t i = 0; i < l->n; i++)
			sum += l->data->rows[l->rows[i]][j];
		l->means[j] = sum / (double)l->n;
		for (size_t i = 0; i < l->n; i++) {
			double d = l->data->rows[l->rows[i]][j] - l->means[j];

			squares += d * d;
		}
		spread = sqrt(squares / (double)l->n);
		/* By the root of their number, so that strengths are comparable over models. */
		l->scales[j] = spread > 1e-9 ? 1 / (spread * sqrt((double)n_embd)) : 0;
	}
}

/* The rows, followed by those that every head learns from. */
static const size_t *linear_add_given(struct arena *a, const struct head_data *data,
				      const size_t *rows, size_t *n)
{
	size_t *all;

	if (data->n_given == 0)
		return rows;
	all = arena_array(a, *n + data->n_given, sizeof(*all));
	memcpy(all, rows, *n * sizeof(*all));
	for (size_t i = 0; i < data->n_given; i++)
		all[(*n)++] = data->n + i;
	return all;
}

struct linear linear_prepare(struct arena *a, const struct head_data *data, const size_t *rows,
			     size_t n)
{
	size_t n_embd = data->n_embd;
	struct linear l = { .data = data };

	rows = linear_add_given(a, data, rows, &n);
	l.rows = rows;
	l.n = n;
	l.start = arena_array(a, data->n_labels * (n_embd + 1), sizeof(double));
	l.nodes = arena_array(a, n, sizeof(*l.nodes));
	if (data->sparse) {
		for (size_t i = 0; i < n; i++) /* liblinear only reads them */
			l.nodes[i] = (struct feature_node *)data->sparse[rows[i]];
		return l;
	}
	l.means = arena_array(a, n_embd, sizeof(double));
	l.scales = arena_array(a, n_embd, sizeof(double));
	linear_measure(&l);
	for (size_t i = 0; i < n; i++) {
		struct feature_node *node = arena_array(a, n_embd + 2, sizeof(*node));

		for (size_t j = 0; j < n_embd; j++)
			node[j] = (struct feature_node){
				(int)j + 1, (data->rows[rows[i]][j] - l.means[j]) * l.scales[j]
			};
		node[n_embd] = (struct feature_node){ (int)n_embd + 1, 1 };
		node[n_embd + 1].index = -1;
		l.nodes[i] = node;
	}
	return l;
}

/* Undoes centring and scaling: the weights then take raw rows. */
static void linear_unfold(const struct linear *l, const double *solved, double *ret_weights)
{
	size_t n_embd = l->data->n_embd;
	double bias = solved[n_embd];

	if (l->data->sparse) {
		memcpy(ret_weights, solved, (n_embd + 1) * sizeof(*solved));
		return;
	}
	for (size_t j = 0; j < n_embd; j++) {
		ret_weights[j] = solved[j] * l->scales[j];
		bias -= ret_weights[j] * l->means[j];
	}
	ret_weights[n_embd] = bias;
}

/* y has +1 for the label's rows and -1 for the others. */
static void linear_solve_one(struct linear *l, double c, double weight, double *y, double *start,
			     double *ret_weights)
{
	int label = 1;
	struct problem problem = {
		.l = (int)l->n, .n = (int)l->data->n_embd + 1, .y = y, .x = l->nodes, .bias = 1
	};
	struct parameter parameter = { .solver_type = L2R_LR,
				       .eps = 0.001,
				       .C = c,
				       .nr_weight = 1,
				       .weight_label = &label,
				       .weight = &weight,
				       .init_sol = start };
	struct model *model;

#if LIBLINEAR_VERSION >= 241
	parameter.regularize_bias = 1;
#endif
	model = train(&problem, &parameter);
	memcpy(start, model->w, (l->data->n_embd + 1) * sizeof(*start));
	free_and_destroy_model(&model);
	linear_unfold(l, start, ret_weights);
}

void linear_solve(struct linear *l, double c, double *ret_weights)
{
	size_t width = l->data->n_embd + 1, n_labels = l->data->n_labels;
	struct arena a = { 0 };
	double *y = arena_array(&a, l->n, sizeof(*y));

	set_print_string_function(linear_say_nothing);
	for (size_t k = 0; k < n_labels; k++) {
		double *weights = ret_weights + k * width;
		size_t n_own = 0;

		for (size_t i = 0; i < l->n; i++) {
			bool own = l->data->labels[l->rows[i]] == (int)k;

			y[i] = own ? 1 : -1;
			n_own += own;
		}
		memset(weights, 0, width * sizeof(*weights));
		if (n_own == 0 || n_own == l->n)
			weights[width - 1] = n_own ? 0 : NEVER;
		else
			linear_solve_one(l, c, (double)l->n / (double)(n_labels * n_own), y,
					 l->start + k * width, weights);
	}
	arena_release(&a);
}

static double linear_score_sparse(const struct feature_node *row, const double *weights)
{
	double score = 0;

	for (; row->index > 0; row++)
		score += weights[row->index - 1] * row->value;
	return score;
}

void linear_score(const struct head_data *data, const double *weights, size_t row,
		  double *ret_scores)
{
	for (size_t k = 0; k < data->n_labels; k++) {
		const double *w = weights + k * (data->n_embd + 1);

		if (data->sparse) {
			ret_scores[k] = linear_score_sparse(data->sparse[row], w);
			continue;
		}
		ret_scores[k] = w[data->n_embd];
		for (size_t j = 0; j < data->n_embd; j++)
			ret_scores[k] += w[j] * data->rows[row][j];
	}
}
