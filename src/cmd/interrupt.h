/*
 * Ctrl-C and its relatives: once means stop after the ticket in flight, twice means now.
 */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

/* Counts SIGINT, SIGTERM and SIGHUP from now on. */
void interrupt_catch(void);

int interrupt_count(void);

#endif
