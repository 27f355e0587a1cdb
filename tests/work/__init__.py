"""How much work an analysis is, counted: no clock is asked, so that a busy machine changes nothing."""
