/// Variables that make glibc keep the memory of a large row for the next one.
///
/// Otherwise the server gives it back to the kernel after each row, and takes 750 page faults for
/// the next: then it, and not the proxies, is what is measured.
enum ServerMemory {
  static let kept = [
    "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_TOP_PAD_": "16777216",
  ]
}
