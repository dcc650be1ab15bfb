"""Writing down what somebody asks for at a desk, by telephone or on paper: the same journey, another pen."""
