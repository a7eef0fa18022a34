using OrleansRegistry.Revocations;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="RevocationOrder"/> crosses the cluster: as its task keeps it.</summary>
[GenerateSerializer]
[Alias("revocation-order")]
public struct RevocationOrderSurrogate
{
    /// <summary>JSON.</summary>
    [Id(0)]
    public string Order { get; set; }
}

/// <summary>Carries a <see cref="RevocationOrder"/>.</summary>
[RegisterConverter]
public sealed class RevocationOrderConverter : IConverter<RevocationOrder, RevocationOrderSurrogate>
{
    /// <inheritdoc/>
    public RevocationOrder ConvertFromSurrogate(in RevocationOrderSurrogate surrogate) =>
        TaskJson.Read<RevocationOrder>(surrogate.Order);

    /// <inheritdoc/>
    public RevocationOrderSurrogate ConvertToSurrogate(in RevocationOrder value) =>
        new() { Order = TaskJson.Write(value) };
}
