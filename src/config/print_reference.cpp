// Prints docs/configuration.md.
#include "config/reference.hpp"

#include <iostream>

int main() {
    std::cout << cloche::config::reference_markdown();
    return std::cout.good() ? 0 : 1;
}
