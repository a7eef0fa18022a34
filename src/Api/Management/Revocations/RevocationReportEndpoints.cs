using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>key-revocations/&lt;id&gt;/report/</c>: the signed report as it is, as CSV or as a page; <c>report.sig</c>, its signature;
/// <c>report-key/</c>, the key that verifies it.
/// </summary>
internal static class RevocationReportEndpoints
{
    public static void MapRevocationReports(this IEndpointRouteBuilder endpoints)
    {
        var revocation = Address.Route(Address.Parameter(ResourceKind.KeyRevocation));
        endpoints.MapMethods(revocation + "report/", ["GET", "HEAD"], ReportAsync)
            .Require(new Requirement.OfRole(Role.Admin));
        endpoints.MapMethods(revocation + "report.sig", ["GET", "HEAD"], SignatureAsync)
            .Require(new Requirement.OfRole(Role.Admin));
        endpoints.MapMethods(ResourceTable.Root + "report-key/", ["GET", "HEAD"], async (
            IReportKey key, CancellationToken cancellationToken) =>
            Results.Text(await key.PublicAsync(cancellationToken), "application/x-pem-file", Encoding.ASCII))
            .Require(new Requirement.Nothing());
    }

    private static async Task<IResult> ReportAsync(
        Guid id, string? form, IReportStore reports, CancellationToken cancellationToken)
    {
        if (form is not (null or "json" or "csv" or "page"))
            throw RefusedException.Field("form", $"\"{form}\" is not a valid choice: json, csv or page.");
        if (form == "csv")
            return Results.Text(await WriteCsvAsync(id, reports, cancellationToken), "text/csv", Encoding.UTF8);
        var (report, _) = await RequireAsync(id, reports, cancellationToken);
        return form == "page"
            ? Results.Text(RevocationPage.Of(report), "text/html", Encoding.UTF8)
            : Results.Bytes(Encoding.UTF8.GetBytes(report), "application/json");
    }

    private static async Task<IResult> SignatureAsync(Guid id, IReportStore reports, CancellationToken cancellationToken) =>
        Results.Bytes(
            (await RequireAsync(id, reports, cancellationToken)).Signature, "application/octet-stream", "report.sig");

    private static async Task<(string Report, byte[] Signature)> RequireAsync(
        Guid id, IReportStore reports, CancellationToken cancellationToken) =>
        await reports.FindAsync(id, cancellationToken) ?? throw new ProblemException(
            ProblemKind.NameUnknown,
            "There is no report of that: there is one when a revocation has been carried out, and not before.",
            id.ToString());

    private static async Task<string> WriteCsvAsync(Guid id, IReportStore reports, CancellationToken cancellationToken)
    {
        await RequireAsync(id, reports, cancellationToken);
        var text = new StringBuilder("repository,name,signatures,images,unsigned_images,version_before,version_after\r\n");
        await foreach (var one in reports.RepositoriesAsync(id, cancellationToken))
            text.AppendJoin(
                ',', Address.Href(ResourceKind.Repository, one.Repository), Csv.Quoted(one.Name), one.Signatures, one.Images,
                one.UnsignedImages, one.Before, one.After).Append("\r\n");
        return text.ToString();
    }
}
