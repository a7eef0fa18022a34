namespace OrleansRegistry;

/// <summary>
/// The catalogue's database, or the disk, cannot be used right now. Whether a change was made is not known; every
/// change may be repeated without harm.
/// </summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
