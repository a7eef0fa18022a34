namespace OrleansRegistry.Revocations;

/// <summary>The document that says what is revoked here, for whoever follows: other servers, and people offline.</summary>
public interface IRevocationList
{
    /// <summary>What is in force, as JSON; the same for a minute, unless something is decided.</summary>
    /// <exception cref="StoreUnavailableException">What is in force is not confirmed.</exception>
    Task<RevocationListDocument> WriteAsync(CancellationToken cancellationToken = default);
}

/// <param name="Bytes">JSON: <c>as_of</c>, <c>epoch</c>, and <c>revocations</c> with their keys or image.</param>
/// <param name="Epoch">The number of the newest decision.</param>
/// <param name="AsOf">When it was looked at, to the minute.</param>
public sealed record RevocationListDocument(byte[] Bytes, long Epoch, DateTimeOffset AsOf);
