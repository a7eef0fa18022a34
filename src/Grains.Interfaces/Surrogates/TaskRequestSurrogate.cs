using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;
using TaskRequest = OrleansRegistry.Tasks.TaskRequest;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="TaskRequest"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("task-request")]
public struct TaskRequestSurrogate
{
    /// <summary>The handler.</summary>
    [Id(1)]
    public string Kind { get; set; }

    /// <summary>JSON for the handler.</summary>
    [Id(2)]
    public string Arguments { get; set; }

    /// <summary>The client's id for the request.</summary>
    [Id(6)]
    public string? CorrelationId { get; set; }

    /// <summary>The task that asked for it.</summary>
    [Id(7)]
    public Guid? Parent { get; set; }

    /// <summary>The group it belongs to.</summary>
    [Id(8)]
    public Guid? Group { get; set; }

    /// <summary>What the group is for.</summary>
    [Id(9)]
    public string? GroupDescription { get; set; }

    /// <summary>What it does.</summary>
    [Id(10)]
    public string? Work { get; set; }

    /// <summary>What it changes.</summary>
    [Id(11)]
    public ReservationSurrogate[]? Exclusive { get; set; }

    /// <summary>What it reads.</summary>
    [Id(12)]
    public ReservationSurrogate[]? Shared { get; set; }

    /// <summary>The user who asked for it.</summary>
    [Id(13)]
    public Guid? CreatedBy { get; set; }
}

/// <summary>How a <see cref="Reservation"/> crosses the cluster: a resource by its kind, work by its name.</summary>
[GenerateSerializer]
[Alias("task-reservation")]
public record struct ReservationSurrogate(
    [property: Id(0)] ResourceKind? Kind, [property: Id(1)] string? Work, [property: Id(2)] Guid? On)
{
    internal static ReservationSurrogate Of(Reservation reservation) => reservation switch
    {
        Reservation.Resource resource => new(resource.Kind, null, resource.Id),
        Reservation.Work work => new(null, work.Name, work.On),
        _ => throw new ArgumentException($"Unknown reservation {reservation}.", nameof(reservation)),
    };

    internal readonly Reservation Read() => Kind is { } kind ? new Reservation.Resource(kind, On!.Value) : new Reservation.Work(Work!, On);
}

/// <summary>Carries a <see cref="TaskRequest"/>.</summary>
[RegisterConverter]
public sealed class TaskRequestConverter : IConverter<TaskRequest, TaskRequestSurrogate>
{
    /// <inheritdoc/>
    public TaskRequest ConvertFromSurrogate(in TaskRequestSurrogate surrogate) =>
        new(
            surrogate.Kind,
            surrogate.Arguments,
            Read(surrogate.Exclusive),
            Read(surrogate.Shared),
            surrogate.CreatedBy,
            surrogate.CorrelationId)
        {
            Work = surrogate.Work ?? surrogate.Kind,
            Parent = surrogate.Parent,
            Group = surrogate.Group,
            GroupDescription = surrogate.GroupDescription,
        };

    /// <inheritdoc/>
    public TaskRequestSurrogate ConvertToSurrogate(in TaskRequest value) => new()
    {
        Kind = value.Kind,
        Work = value.Work,
        Arguments = value.Arguments,
        Exclusive = [.. value.Exclusive.Select(ReservationSurrogate.Of)],
        Shared = [.. value.Shared.Select(ReservationSurrogate.Of)],
        CreatedBy = value.CreatedBy,
        CorrelationId = value.CorrelationId,
        Parent = value.Parent,
        Group = value.Group,
        GroupDescription = value.GroupDescription,
    };

    // Null in a schedule that was kept before there were any; it is set again when the node is up.
    private static Reservation[] Read(ReservationSurrogate[]? reservations) =>
        [.. (reservations ?? []).Select(one => one.Read())];
}
