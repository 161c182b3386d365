/*
 * The orders in which a prompt shows the labels, and the letters that stand for them. The
 * controller writes the prompts and the worker reads the scores, so both count here.
 *
 * The orders are cyclic: order k begins with label `first`, and after the last label comes the
 * first one. With as many orders as labels, each label stands at each place once.
 */
#ifndef JOB_FILE_LABEL_ORDER_H
#define JOB_FILE_LABEL_ORDER_H

#include <stddef.h>

enum { LABEL_LETTERS_MAX = 52, LABEL_ORDERS_MAX = 6 };

/* "A" to "Z", then "a" to "z": the option at place i < LABEL_LETTERS_MAX. Static text. */
const char *label_letter(size_t i);

/* Number of orders of a rotated prompt: one per label, at most LABEL_ORDERS_MAX. */
size_t label_order_count(size_t n_labels);

/* The label at place i of order k < n_orders. The first labels are spread evenly. */
size_t label_order_at(size_t n_labels, size_t n_orders, size_t k, size_t i);

#endif
