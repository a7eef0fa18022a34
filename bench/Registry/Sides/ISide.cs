namespace OrleansRegistry.Bench.Sides;

/// <summary>One of the registries compared: ours in one of its modes, or the peer.</summary>
internal interface ISide
{
    /// <summary>Short, for a table heading: <c>ours, embedded</c>.</summary>
    string Name { get; }

    /// <summary>Prepares an empty registry on ports of its own; nothing runs yet.</summary>
    Task<Installation> InstallAsync(CancellationToken cancellationToken);
}
