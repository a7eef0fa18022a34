using System.Globalization;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Testing;

/// <summary>What clients call things, where no API is there to say it: kind, id and number.</summary>
public sealed class PlainNames : IOutsideNames
{
    public string PathOf(ResourceReference resource) => string.Create(
        CultureInfo.InvariantCulture, $"/{resource.Kind}/{resource.Parent?.ToString() ?? "-"}/{resource.Id}/{resource.Number}/");

    public string NameOf(ResourceKind kind, Guid id) => $"{kind}:{id}";

    public bool TryRead(string text, out ResourceReference resource)
    {
        resource = text.Split('/') is ["", var kind, var parent, var id, var number, ""]
            ? new(Enum.Parse<ResourceKind>(kind), Guid.Parse(id), int.Parse(number, CultureInfo.InvariantCulture))
            {
                Parent = parent == "-" ? null : Guid.Parse(parent),
            }
            : default;
        return resource != default;
    }

    public bool TryReadVersion(string text, out Guid id)
    {
        id = text.Split(':') is [nameof(ResourceKind.RepositoryVersion), var own] ? Guid.Parse(own) : default;
        return id != default;
    }

    public string NameOf(Reservation reservation) => reservation switch
    {
        Reservation.Resource resource => NameOf(resource.Kind, resource.Id),
        Reservation.Work { On: null } work => work.Name,
        Reservation.Work work => $"{work.Name}:{work.On}",
        _ => throw new ArgumentException($"Unknown reservation {reservation}.", nameof(reservation)),
    };

    public string NameOfTask(string work) => work;
}
