public import ConfigurationFile

extension LoadTarget {
  /// Reads the password from its file's first line; nil where none is named.
  ///
  /// - Throws: An error of `target.passwordFile` if the file is missing, empty, no UTF-8, or others
  ///   than its owner may read it.
  public func password() throws(FieldError) -> String? {
    guard let passwordFile else { return nil }
    let bytes = try SecretFile.content(passwordFile, "target.passwordFile")
    guard let password = String(validating: bytes, as: UTF8.self) else {
      throw FieldError("target.passwordFile", "\(passwordFile) is not UTF-8 text")
    }
    return password
  }
}
