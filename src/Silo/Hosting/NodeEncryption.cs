using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace OrleansRegistry.Hosting;

/// <summary>Between nodes: TLS with a certificate on both ends, before the first byte of a message.</summary>
internal static class NodeEncryption
{
    public static void UseNodeEncryption(this ISiloBuilder silo, NodeTrust trust)
    {
        silo.Services.AddSingleton<RefusedNodes>();
        silo.Configure<SiloConnectionOptions>(options =>
        {
            options.ConfigureSiloInboundConnection(connection =>
            {
                var refused = connection.ApplicationServices.GetRequiredService<RefusedNodes>();
                connection.Use(next => async context =>
                {
                    await next(context);
                    if (!HasMet(context))
                        refused.Incoming(context.RemoteEndPoint);
                });
                connection.UseServerTls(With(trust));
            });
            options.ConfigureSiloOutboundConnection(connection =>
            {
                var refused = connection.ApplicationServices.GetRequiredService<RefusedNodes>();
                connection.Use(next => async context =>
                {
                    await next(context);
                    if (!HasMet(context))
                        refused.Outgoing(context.RemoteEndPoint);
                });
                connection.UseClientTls(With(trust));
            });
        });
    }

    private static TlsOptions With(NodeTrust trust) => new()
    {
        LocalCertificate = trust.Own,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (certificate, _, _) => trust.Accepts(certificate),

        // Each connection shows its certificate: none is taken at the word of an earlier one.
        OnAuthenticateAsServer = (_, options) =>
            ((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions).AllowTlsResume = false,
        OnAuthenticateAsClient = (_, options) =>
            ((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions).AllowTlsResume = false,
    };

    // The middleware ends a connection by itself where the handshake fails, and sets this where it does not.
    private static bool HasMet(ConnectionContext context) =>
        context.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate is not null;
}
