/* The trade-off of a yes-or-no question is one comparison. */
#include "job/task/choice.h"

int choice_of(double yes_at, int likeliest, const double *probs)
{
	if (yes_at <= 0 || likeliest < 0)
		return likeliest;
	return probs[0] >= yes_at ? 0 : 1;
}
