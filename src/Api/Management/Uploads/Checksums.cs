namespace OrleansRegistry.Management;

/// <summary>The hashes that a client may give of a file. Source: Pulp's REST: artifacts and uploads.</summary>
internal static class Checksums
{
    public static readonly string[] Taken = ["sha256", "sha384", "sha512"];

    // Broken, or unknown to the platform.
    public static readonly string[] Refused = ["md5", "sha1", "sha224"];

    /// <summary>Compares what was given with what arrived.</summary>
    /// <exception cref="RefusedException">They differ, or the algorithm is not taken.</exception>
    public static void Require(
        IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string> actual)
    {
        foreach (var (name, value) in given)
        {
            if (Refused.Contains(name))
                throw RefusedException.Field(name, $"Checksums by {name} are not taken here; use sha256.");
            if (Taken.Contains(name) && !value.Equals(actual[name], StringComparison.OrdinalIgnoreCase))
                throw RefusedException.Field(name, $"The {name} checksum did not match.");
        }
    }
}
