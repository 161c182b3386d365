/* Cyclic orders of labels, and their letters. Pure arithmetic. */
#include "job/file/label_order.h"

static const char label_letters[LABEL_LETTERS_MAX][2] = {
	"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R",
	"S", "T", "U", "V", "W", "X", "Y", "Z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
	"k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
};

const char *label_letter(size_t i)
{
	return label_letters[i];
}

size_t label_order_count(size_t n_labels)
{
	return n_labels < LABEL_ORDERS_MAX ? n_labels : LABEL_ORDERS_MAX;
}

size_t label_order_at(size_t n_labels, size_t n_orders, size_t k, size_t i)
{
	size_t first = k * n_labels / n_orders;

	return (first + i) % n_labels;
}
