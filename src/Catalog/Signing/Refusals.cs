namespace OrleansRegistry.Signing;

/// <summary>Counts what is refused because it would not be served.</summary>
public interface IRefusals
{
    /// <param name="number">Of the decision that it was refused by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CountAsync(long number, CancellationToken cancellationToken = default);
}

/// <summary>How it is said that something may not come in, because it would not be served.</summary>
public static class Refusals
{
    /// <param name="key">The key of a signature.</param>
    /// <param name="subject">The image that it signs.</param>
    public static ProblemException Of(WithheldKey key, string subject) => new(
        ProblemKind.Denied,
        $"This registry withholds signatures by the key {key.Fingerprint ?? key.KeyId}{key.Why}, and takes no more.",
        subject);

    public static ProblemException Of(WithheldContent content) => new(
        ProblemKind.Denied,
        $"This registry withholds {content.Digest}{content.Why}, and does not take it.",
        content.Digest.ToString());
}
