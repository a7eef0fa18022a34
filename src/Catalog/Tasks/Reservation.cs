using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks;

/// <summary>What tasks stand in line for: a resource, or work of which there is one at a time.</summary>
public abstract record Reservation
{
    private Reservation()
    {
    }

    public static Reservation Of(ResourceKind kind, Guid id) => new Resource(kind, id);

    /// <summary>A resource.</summary>
    public sealed record Resource(ResourceKind Kind, Guid Id) : Reservation;

    /// <summary>Some work.</summary>
    /// <param name="Name">Which.</param>
    /// <param name="On">The resource of which it is done one at a time; null where there is one in all.</param>
    public sealed record Work(string Name, Guid? On = null) : Reservation;
}
