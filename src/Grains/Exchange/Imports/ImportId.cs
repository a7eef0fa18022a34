using System.Security.Cryptography;

namespace OrleansRegistry.Exchange;

/// <summary>Ids of what an import brings about: the same for every attempt.</summary>
internal static class ImportId
{
    /// <param name="import">The import.</param>
    /// <param name="what">What tells it from all else that the import brings about.</param>
    public static Guid Of(Guid import, ReadOnlySpan<byte> what) =>
        new(SHA256.HashData([.. import.ToByteArray(), .. what]).AsSpan(0, 16));
}
