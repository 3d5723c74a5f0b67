// verify.py as bytes of the program: it goes into every bundle. Swift has no such thing yet.
#ifndef C_SECOND_VERIFIER_H
#define C_SECOND_VERIFIER_H
#include <stddef.h>

/// Its bytes, and how many they are.
const unsigned char *second_verifier(size_t *count);

#endif
