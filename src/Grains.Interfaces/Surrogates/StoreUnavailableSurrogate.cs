namespace OrleansRegistry.Surrogates;

/// <summary>How an outage crosses the cluster: its message, and not the database driver's exception inside.</summary>
[GenerateSerializer]
[Alias("store-unavailable")]
public struct StoreUnavailableSurrogate
{
    /// <summary>What is out of reach.</summary>
    [Id(0)]
    public string Message { get; set; }
}

/// <summary>Carries a <see cref="StoreUnavailableException"/>.</summary>
[RegisterConverter]
public sealed class StoreUnavailableConverter : IConverter<StoreUnavailableException, StoreUnavailableSurrogate>
{
    /// <inheritdoc/>
    public StoreUnavailableException ConvertFromSurrogate(in StoreUnavailableSurrogate surrogate) =>
        new(surrogate.Message);

    /// <inheritdoc/>
    public StoreUnavailableSurrogate ConvertToSurrogate(in StoreUnavailableException value) =>
        new() { Message = value.Message };
}
