// How many guesses a password withstands, from below. Pure.
//
// A list of common passwords says no to what is on it and yes to the same thing with a `1` behind
// it. This goes the other way: the password is cut into the pieces that people put passwords
// together from (common words in any case and with signs for letters, figures and dates, rows of
// the keyboard, runs of the alphabet, repetitions), each piece costs what it takes to guess it, and
// the cheapest cut counts. What fits no pattern costs what trying all characters costs. It is the
// idea of zxcvbn (Wheeler, USENIX Security 2016) without its frequency lists.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cloche::identity {

/// Binary logarithm of the guesses needed, for the first 128 bytes: more text never makes it less.
/// `personal`: words in lower case that an attacker would try first with this person (name,
/// address, this site).
double guess_bits(std::string_view password, std::span<const std::string> personal);

}  // namespace cloche::identity
