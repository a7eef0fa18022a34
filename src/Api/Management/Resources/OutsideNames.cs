using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary>What clients call things: as Pulp does.</summary>
internal sealed class OutsideNames : IOutsideNames
{
    public string PathOf(ResourceReference resource) => Address.Href(resource);

    public string NameOf(ResourceKind kind, Guid id) => Address.Prn(kind, id);

    public bool TryRead(string text, out ResourceReference resource) => Address.TryParse(text, out resource);

    public bool TryReadVersion(string text, out Guid id) => Address.TryParseVersionPrn(text, out id);

    public string NameOf(Reservation reservation) => reservation switch
    {
        Reservation.Resource resource => Address.Prn(resource.Kind, resource.Id),
        Reservation.Work { On: { } on } work => $"/api/v3/{work.Name}/{on}/",
        Reservation.Work work => $"/api/v3/{work.Name}/",
        _ => throw new ArgumentException($"Unknown reservation {reservation}.", nameof(reservation)),
    };

    public string NameOfTask(string work) => TaskNames.Of(work);
}
