// What the shared library shows; everything else in it is hidden.
#pragma once

#define CLOCHE_API __attribute__((visibility("default")))
