"""Results kept between runs."""
