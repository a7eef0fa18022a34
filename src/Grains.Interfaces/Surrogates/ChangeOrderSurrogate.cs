using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="ChangeOrder"/> crosses the cluster. Within a node it is handed on as it is.</summary>
[GenerateSerializer]
[Alias("change-order")]
public struct ChangeOrderSurrogate
{
    /// <summary>The change, as <see cref="ChangeJson"/> writes it.</summary>
    [Id(0)]
    public string Change { get; set; }

    /// <summary>The task that wants it.</summary>
    [Id(1)]
    public TaskStamp? Task { get; set; }
}

/// <summary>Carries a <see cref="ChangeOrder"/>.</summary>
[RegisterConverter]
public sealed class ChangeOrderConverter : IConverter<ChangeOrder, ChangeOrderSurrogate>
{
    /// <inheritdoc/>
    public ChangeOrder ConvertFromSurrogate(in ChangeOrderSurrogate surrogate) =>
        new(ChangeJson.Read(surrogate.Change), surrogate.Task);

    /// <inheritdoc/>
    public ChangeOrderSurrogate ConvertToSurrogate(in ChangeOrder value) =>
        new() { Change = ChangeJson.Write(value.Change), Task = value.Task };
}
