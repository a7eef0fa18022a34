namespace OrleansRegistry.Signing;

/// <summary>What nodes go by for a moment longer than it is true.</summary>
public interface IGateLease
{
    /// <summary>
    /// Tells all nodes that something was decided. When this returns, none goes by what was before: whoever heard nothing has
    /// to ask by now.
    /// </summary>
    Task RunOutAsync(CancellationToken cancellationToken = default);
}
