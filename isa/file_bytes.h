// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The bytes of a file without reading it: memory-mapped, or decompressed into memory when it is a Zstandard file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "isa/program/program.h"

namespace bmemu::isa {

/// Bytes and whatever keeps them alive. The start is aligned to at least 64 bytes.
struct FileBytes {
  ByteView view;
  std::shared_ptr<const void> owner;
};

/// How many bytes a decompressed file may have, told from its first 64 bytes; may throw Error to refuse the file.
using SizeLimit = std::function<std::uint64_t(ByteView head)>;

/// Maps the file: pages are read when they are touched, so that a file of gigabytes opens at once.
/// Errors: E-FILE-OPEN (no such file, no permission, not a regular file).
FileBytes map_file(const std::string& path);

/// Errors: E-FILE-OPEN where `map_file` would find one, without opening the file: a pipe's writer notices nothing.
void check_readable(const std::string& path);

/// Whether the bytes start like a Zstandard file.
bool is_zstd(ByteView bytes);

/// "Zstandard 1.5.4".
std::string zstd_version();

/// Decompresses into anonymous memory. Pages that hold only zeros are not touched and cost nothing, so that a file of
/// zeroed weights stays small whatever its size.
/// Contract: windows up to 2^31 bytes (`zstd --long=31`); memory is bounded by `limit`, at most 64 GiB, and by what a
/// honest file can hold: 256 MiB plus 1024 times the compressed size of non-zero pages.
/// Errors: E-ZSTD-DATA (damaged or cut short), E-ZSTD-SIZE (more bytes than allowed), those of `limit`.
FileBytes decompress_zstd(ByteView compressed, const SizeLimit& limit = {});

/// `map_file`, then `decompress_zstd` when the file is compressed. Errors carry the path.
FileBytes read_file_bytes(const std::string& path, const SizeLimit& limit = {});

}  // namespace bmemu::isa
