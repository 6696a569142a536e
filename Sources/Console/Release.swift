/// Which release the programs are of.
public enum Release {
  /// Its version, by the rules of semantic versioning (semver.org): what `--version` of each program tells.
  ///
  /// What processes of different releases say to each other has version numbers of its own.
  public static let version = "0.7.0"
}
