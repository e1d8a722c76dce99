// Starts libsodium. Only for the files of this folder.
#pragma once

namespace cloche::crypto {

/// To be called before any primitive of libsodium: it chooses the fastest for this machine. Cheap
/// after the first time. Throws if there is no source of random bytes.
void use_sodium();

}  // namespace cloche::crypto
