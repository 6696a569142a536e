/// Why a map has to be compiled as a whole.
public enum RecompileReason: Hashable, Sendable {
  /// The table would be so full that look-ups get slow.
  case tableFull(tenants: Int, homes: Int)
  /// No free slot is near enough to the tenant's home.
  case noSlot(tenant: String)
  /// The room for names that don't fit their records is used up, in bytes.
  case noStringRoom(needed: Int, free: Int)
  /// A tenant refers to something that the map doesn't have.
  case unknownReference(tenant: String, kind: String, id: String)
  /// The tenant to remove isn't there: the map is not the one the patch was made for.
  case unknownTenant(String)
  /// A part that would have been changed isn't as it was written.
  case damaged(MapDamage)
}

/// Why a patch was not published. The file at the path is as it was.
public enum MapPatchError: Error, Hashable, Sendable {
  /// The patch can't be laid into the file; compile the whole map.
  case needsRecompile(RecompileReason)
  /// The patch is older than the map.
  case older(patch: UInt64, map: UInt64)
  /// An id, or a database name, is empty or longer than ``MapLimits/identifierBytes``.
  case badName(String)
  /// A tenant's mode ends outside ``MapLimits/modeEndMilliseconds``.
  case badModeEnd(tenant: String)
  /// The file could not be read or written.
  case file(MapFileError)
}

extension RecompileReason: CustomStringConvertible {
  /// The reason, as the second half of a sentence.
  public var description: String {
    switch self {
    case .tableFull(let tenants, let homes):
      "\(tenants) tenants are too many for a table of \(homes) homes"
    case .noSlot(let tenant):
      "tenant \"\(tenant)\" finds no free slot near its home"
    case .noStringRoom(let needed, let free):
      "there are \(free) bytes of room for long names, and \(needed) are needed"
    case .unknownReference(let tenant, let kind, let id):
      "tenant \"\(tenant)\" refers to \(kind) \"\(id)\", which the map doesn't have"
    case .unknownTenant(let id):
      "tenant \"\(id)\" is to be removed and isn't there"
    case .damaged(let damage):
      damage.description
    }
  }
}

extension MapPatchError: CustomStringConvertible {
  /// What happened, why, and what to do.
  public var description: String {
    switch self {
    case .needsRecompile(let reason):
      "the map can't be patched: \(reason); compile the whole map"
    case .older(let patch, let map):
      "the patch leads to version \(patch), and the map has version \(map) already; "
        + "a rollback is a newer map with old content"
    case .badName(let name):
      "the name \"\(name)\" is not 1 to \(MapLimits.identifierBytes) bytes long; shorten it"
    case .badModeEnd(let tenant):
      "the mode of tenant \"\(tenant)\" ends before 1970 or after 2106; correct modeUntil"
    case .file(let error):
      error.description
    }
  }
}
