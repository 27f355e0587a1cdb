"""From verdicts to findings: one small file per rule that is not a hazard; hazards report themselves."""
