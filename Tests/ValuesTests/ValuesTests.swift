// Tests of Values.
