namespace OrleansRegistry.Sync;

/// <summary>An attempt that failed in a way that another one may not.</summary>
internal sealed class AttemptException(
    UpstreamFailure failure, string message, Exception? cause = null, TimeSpan? retryAfter = null)
    : Exception(message, cause)
{
    /// <summary>How long the other side wants to be left alone, if it said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>What it is when it was the last attempt.</summary>
    public UpstreamException Final() => new(failure, Message, InnerException);
}
