// The module is header only; SwiftPM wants one file to compile.
#include "scan.h"
